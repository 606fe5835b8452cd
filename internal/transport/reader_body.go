// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// body reads the next n bytes, of a chunk of so many that are waited for; they are a buffer with one reference. Up to
// bodyAhead its memory is there before they are; beyond that it grows with what came.
func (r *reader) body(n, waited int) (api.ManagedBuffer, error) {
	switch {
	case r.run.memory != nil:
		return r.bodyOfRun(n)
	case r.runs(n, waited):
		r.run = run{memory: r.shared.bodies.Get(runLead + runBytes), at: runLead, got: runLead}
		return r.bodyOfRun(n)
	case n > bodyAhead:
		b, err := r.grow(n)
		return api.NewBytesBuffer(b), err
	}
	data := r.shared.bodies.Get(n)
	next, err := r.fullAndMore(data.Room()[:n+chunkStart], n)
	if err != nil {
		data.Release()
		return nil, err
	}
	if len(next) > 0 {
		r.borrow()
		r.decoder.Feed(next)
	}
	return data, nil
}

// chunkStart is what a large chunk begins with, before its body.
const chunkStart = wire.FrameHeaderLen + wire.ChunkFetchSuccessStart

// fullAndMore fills the first n bytes of p and returns what came with the last of them: the start of what follows, for
// which p has room, so that one read serves both.
func (r *reader) fullAndMore(p []byte, n int) (next []byte, err error) {
	got := 0
	for got < n {
		piece := p[got:n]
		switch {
		case len(piece) > bodyPiece:
			piece = piece[:bodyPiece]
		case r.decoder.Buffered() == 0: // what it holds comes first, and must stay in order
			piece = p[got:]
		}
		m, err := r.into(piece)
		if err != nil {
			return nil, inMidst(err)
		}
		got += m
	}
	return p[n:got], nil
}

// grow reads n bytes into memory that is ahead of what has arrived by no more than as much again.
func (r *reader) grow(n int) ([]byte, error) {
	b := make([]byte, bodyAhead)
	got := 0
	for {
		if err := r.full(b[got:]); err != nil || len(b) == n {
			return b, err
		}
		got = len(b)
		b = append(make([]byte, 0, min(n, 2*got)), b...)
		b = b[:cap(b)]
	}
}

// full fills p.
func (r *reader) full(p []byte) error {
	for len(p) > 0 {
		n, err := r.into(p[:min(len(p), bodyPiece)])
		if err != nil {
			return inMidst(err)
		}
		p = p[n:]
	}
	return nil
}

// ahead is how much of buf a read takes. Behind a large chunk it takes no more than the start of the next, whose body
// then goes straight where it belongs.
func (r *reader) ahead(buf []byte) []byte {
	if r.lean && r.decoder.Buffered() == 0 {
		buf = buf[:chunkStart]
	}
	r.lean = false
	return buf
}

// into reads some bytes into p: what the decoder holds, else straight from the connection.
func (r *reader) into(p []byte) (int, error) {
	if got := r.decoder.TakeRaw(int64(len(p))); got != nil {
		return copy(p, got), nil
	}
	if r.cipher != nil {
		return 0, r.fill()
	}
	if err := r.await(); err != nil {
		return 0, err
	}
	n, err := r.conn.Read(p)
	return n, r.count(n, err)
}

// skip reads n bytes and drops them.
func (r *reader) skip(n int) error {
	return r.raw(int64(n), func([]byte) error { return nil })
}

// discard reads and drops what comes until the connection ends, or limit bytes.
func (r *reader) discard(limit int64) error {
	buf := r.shared.buffers.get()
	defer r.shared.buffers.put(buf)
	for limit > 0 {
		n, err := r.conn.Read(buf)
		if err := r.count(n, err); err != nil {
			return err
		}
		limit -= int64(n)
	}
	return nil
}
