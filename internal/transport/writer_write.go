// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"fmt"
	"io"

	"github.com/twinwire/twinwire/api"
)

// write performs one step.
func (w *writer) write(op *writeOp) error {
	switch {
	case op.cipher != nil:
		w.cipher = op.cipher
		return nil
	case op.sealed != 0:
		return w.putPlain(op.bytes)
	}
	if err := w.put(op.bytes); err != nil || op.body == nil {
		return err
	}
	if seg, ok := op.body.(*api.FileSegment); ok {
		return w.putFile(seg)
	}
	b, err := op.body.Bytes()
	if size := op.body.Size(); err == nil && int64(len(b)) != size { // what follows would be taken for its bytes
		err = fmt.Errorf("a buffer of %d bytes has %d", size, len(b))
	}
	if err != nil {
		return err
	}
	return w.put(b)
}

// put sends bytes, encrypted if there is a cipher.
func (w *writer) put(b []byte) error {
	if w.cipher == nil {
		return w.putPlain(b)
	}
	for len(b) > 0 {
		piece := b[:min(len(b), writePiece)]
		b = b[len(piece):]
		w.sealed = w.cipher.Seal(w.sealed[:0], piece)
		if err := w.putPlain(w.sealed); err != nil {
			return err
		}
	}
	return nil
}

func (w *writer) putPlain(b []byte) error {
	for len(b) > 0 {
		n, err := w.conn.Write(b[:min(len(b), writePiece)])
		w.sent.Add(uint64(n))
		if err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// putFile sends a file segment: by the connection's own means where it has them, else by reading it in pieces.
func (w *writer) putFile(seg *api.FileSegment) error {
	f, err := w.file.of(seg)
	if err != nil {
		return err
	}
	if s, ok := w.conn.(api.FileSender); ok && w.cipher == nil {
		return w.sendFile(s, f, seg.Offset(), seg.Size())
	}
	room := w.bodies.Get(gatherBytes)
	defer room.Release()
	for at, end := seg.Offset(), seg.Offset()+seg.Size(); at < end; {
		p := room.Memory()[:min(gatherBytes, end-at)]
		if err := readExactly(f, p, at); err != nil {
			return err
		}
		if err := w.put(p); err != nil {
			return err
		}
		at += int64(len(p))
	}
	return nil
}

// sendFile has the connection send n bytes of f in pieces, so that the idle check sees progress.
func (w *writer) sendFile(s api.FileSender, f api.File, at, n int64) error {
	for n > 0 {
		piece := min(n, writePiece)
		sent, err := s.SendFile(f, at, piece)
		w.sent.Add(uint64(sent))
		if err == nil && sent < piece {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return err
		}
		at, n = at+sent, n-sent
	}
	return nil
}
