// SPDX-License-Identifier: Apache-2.0

package transport

import "github.com/twinwire/twinwire/internal/buffer"

// raw reads n raw bytes behind the current frame and hands them to consume in pieces, each valid for the call.
func (r *reader) raw(n int64, consume func(p []byte) error) error {
	return r.rawOrFile(n, consume, nil)
}

// rawOrFile is raw for bytes of which a file may take some instead, unless there is none.
func (r *reader) rawOrFile(n int64, consume func(p []byte) error, files FileTaker) error {
	var past pastDecoder
	defer past.release()
	past.files.taker = files
	for n > 0 {
		p := r.decoder.TakeRaw(n)
		if p == nil && past.files.may(r, n) {
			took, m, err := past.files.take(r, n)
			if err != nil {
				return err
			}
			if n -= int64(m); took {
				continue
			}
		}
		if p == nil {
			var err error
			if p, err = past.read(r, n); err != nil {
				return inMidst(err)
			}
			if p == nil {
				continue
			}
		}
		n -= int64(len(p))
		if err := r.hand(func() error { return consume(p) }); err != nil {
			return err
		}
	}
	return nil
}

// hand calls f, which gives raw bytes to who takes them, or has them begin that. The idle check does not take the wait for that
// for the peer's silence.
func (r *reader) hand(f func() error) error {
	r.handing.Store(true)
	err := f()
	r.handing.Store(false)
	if err != nil {
		return &consumerError{err}
	}
	return nil
}

// pastDecoder is memory to read much of a stream into, in larger pieces than the decoder takes: whoever takes them, as a file,
// then has as few. It is held while the stream flows, not while the connection is quiet.
type pastDecoder struct {
	room  *buffer.Pooled
	files toFile
}

// read returns some of the n bytes that are still to come, or none when it was the decoder that took some.
func (d *pastDecoder) read(r *reader, n int64) ([]byte, error) {
	if n < rawPiece || r.arrived != nil || r.cipher != nil {
		return nil, r.fill()
	}
	if r.quiet.Load() {
		d.release()
		if err := r.await(); err != nil {
			return nil, err
		}
	}
	if d.room == nil {
		d.room = r.shared.bodies.Get(rawPiece)
	}
	p := d.room.Memory()
	m, err := r.conn.Read(p)
	if err = r.count(m, err); err != nil || m == 0 {
		return nil, err
	}
	return p[:m], nil
}

func (d *pastDecoder) release() {
	d.files.release()
	if d.room != nil {
		d.room.Release()
		d.room = nil
	}
}

// consumerError tells what the taker of raw bytes said from what the connection said.
type consumerError struct{ cause error }

func (e *consumerError) Error() string { return e.cause.Error() }
func (e *consumerError) Unwrap() error { return e.cause }
