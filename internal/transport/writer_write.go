// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"errors"
	"io"

	"github.com/twinwire/twinwire/api"
)

// write performs one step and returns how many pending bytes it stood for.
func (w *writer) write(op *writeOp) (int64, error) {
	if op.cipher != nil {
		w.cipher = op.cipher
		return 0, nil
	}
	if op.sealed != 0 {
		return op.sealed, w.putPlain(op.bytes)
	}
	n := int64(len(op.bytes))
	err := w.put(op.bytes)
	if err != nil || op.body == nil {
		return n, err
	}
	n += op.body.Size()
	if seg, ok := op.body.(*api.FileSegment); ok {
		return n, w.putFile(seg)
	}
	b, err := op.body.Bytes()
	if err != nil {
		return n, err
	}
	return n, w.put(b)
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
	f, err := seg.OpenFile()
	if err != nil {
		return err
	}
	defer f.Close() // opened for reading
	if s, ok := w.conn.(api.FileSender); ok && w.cipher == nil {
		return w.sendFile(s, f, seg.Offset(), seg.Size())
	}
	piece := make([]byte, min(seg.Size(), 256<<10))
	for at, end := seg.Offset(), seg.Offset()+seg.Size(); at < end; {
		p := piece[:min(int64(len(piece)), end-at)]
		n, err := f.ReadAt(p, at)
		if n < len(p) {
			if err == nil || errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		if err := w.put(p); err != nil {
			return err
		}
		at += int64(n)
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
