// SPDX-License-Identifier: Apache-2.0

package transport

import "github.com/twinwire/twinwire/api"

// toFile puts raw bytes that are not in memory yet into a file, where their taker has one and the connection can do that. It
// has a pipe while the bytes flow, not while the connection is quiet.
type toFile struct {
	taker FileTaker // nil: there is no file
	pipe  api.FilePipe
}

// may reports whether some of n bytes might go that way. What passes through a cipher does not, nor what is lent; and fewer
// than a piece, or what comes without hurry, is not worth a pipe.
func (t *toFile) may(r *reader, n int64) bool {
	return t.taker != nil && n >= rawPiece && r.arrived == nil && r.cipher == nil && !r.quiet.Load()
}

// take puts the next bytes into the file, n at most, and returns how many, or reports that they must be read. The error of
// the file is a *consumerError. The idle check hears of the file alone: a peer that is silent meanwhile gets no more time.
func (t *toFile) take(r *reader, n int64) (took bool, m int, err error) {
	var ok bool
	if err := r.hand(func() (err error) { ok, err = t.begin(r); return err }); err != nil || !ok {
		return false, 0, err
	}
	m, err = t.pipe.Fill(n)
	if err = r.count(m, err); err != nil || m == 0 {
		return true, 0, inMidst(err)
	}
	if err := r.hand(t.pipe.Empty); err != nil {
		return true, 0, err
	}
	t.taker.OnFile(m)
	return true, m, nil
}

// begin reports whether there is a pipe to the file that the taker has now. A connection that has none for this file is not
// asked again.
func (t *toFile) begin(r *reader) (bool, error) {
	f, err := t.taker.File()
	if err != nil || f == nil {
		return false, err
	}
	if t.pipe == nil {
		if receiver, ok := r.conn.(api.FileReceiver); ok {
			t.pipe = receiver.ReceiveFile(f)
		}
	}
	if t.pipe == nil {
		t.taker = nil
	}
	return t.pipe != nil, nil
}

func (t *toFile) release() {
	if t.pipe != nil {
		t.pipe.Close()
		t.pipe = nil
	}
}
