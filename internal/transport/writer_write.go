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
	if op.body == nil {
		return w.put(op.bytes)
	}
	if seg, ok := op.body.(*api.FileSegment); ok {
		return w.putFile(op, seg)
	}
	b, err := bytesOf(op.body)
	if err != nil {
		return w.unreadable(op, err)
	}
	if err := w.put(op.bytes); err != nil {
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

// putFile sends a step whose body is a file segment: by the connection's own means where it has them, else by reading it
// in pieces.
func (w *writer) putFile(op *writeOp, seg *api.FileSegment) error {
	f, err := w.fileOf(seg)
	if err != nil {
		return w.unreadable(op, err)
	}
	if s, ok := w.conn.(api.FileSender); ok && w.cipher == nil {
		return w.sendFile(s, op.bytes, f, seg)
	}
	room := w.bodies.Get(gatherBytes)
	defer room.Release()
	head := op.bytes
	for at, end := seg.Offset(), seg.Offset()+seg.Size(); at < end || head != nil; {
		p := room.Memory()[:min(gatherBytes, end-at)]
		err := readExactly(f, seg, p, at)
		if err != nil && head != nil {
			return w.unreadable(op, err)
		}
		if err == nil {
			err = w.put(head)
		}
		if err == nil {
			err = w.put(p)
		}
		if err != nil {
			return err
		}
		head, at = nil, at+int64(len(p))
	}
	return nil
}

// sendFile has the connection send head and a segment of f in pieces, so that the idle check sees progress.
func (w *writer) sendFile(s api.FileSender, head []byte, f api.File, seg *api.FileSegment) error {
	for at, n := seg.Offset(), seg.Size(); n > 0 || head != nil; {
		piece := min(n, writePiece)
		sent, err := s.SendFile(head, f, at, piece)
		w.sent.Add(uint64(sent))
		if err == nil && sent < int64(len(head))+piece {
			err = io.ErrUnexpectedEOF
		}
		if err != nil {
			return fmt.Errorf("send %v: %w", seg, err)
		}
		head, at, n = nil, at+piece, n-piece
	}
	return nil
}
