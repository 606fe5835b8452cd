// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"errors"
	"io"

	"github.com/twinwire/twinwire/api"
)

// writeSome performs the first steps of ops and returns how many. Small segments of files are read behind their headers,
// and as many as there are leave together: to have the system send them would cost a call for each, and a wake-up of the
// peer. When a step fails those before it were performed, and it counts as one of them.
func (w *writer) writeSome(ops []writeOp) (int, error) {
	if !w.gathers(&ops[0]) {
		return 1, w.write(&ops[0])
	}
	room := w.bodies.Get(gatherBytes)
	defer room.Release()
	b := room.Memory()[:0]
	n := 0
	var failed error
	for ; n < len(ops) && w.gathers(&ops[n]) && len(b)+int(ops[n].size()) <= gatherBytes && failed == nil; n++ {
		before := len(b)
		if b, failed = w.gather(b, &ops[n]); failed != nil {
			b = b[:before]
		}
	}
	return n, errors.Join(w.put(b), failed)
}

// gathers reports whether a step is a small segment of a file, with what stands before it.
func (w *writer) gathers(op *writeOp) bool {
	if op.body == nil || op.sealed != 0 {
		return false
	}
	seg, ok := op.body.(*api.FileSegment)
	return ok && seg.Size() < w.sendFrom && len(op.bytes) <= gatherBytes-gatherLimit
}

// size is how many pending bytes a step stands for.
func (op *writeOp) size() int64 {
	switch {
	case op.cipher != nil:
		return 0
	case op.sealed != 0:
		return op.sealed
	case op.body != nil:
		return int64(len(op.bytes)) + op.body.Size()
	}
	return int64(len(op.bytes))
}

// gather appends a step to b, which has room for it.
func (w *writer) gather(b []byte, op *writeOp) ([]byte, error) {
	seg := op.body.(*api.FileSegment)
	f, err := w.file.of(seg)
	if err != nil {
		return b, err
	}
	b = append(b, op.bytes...)
	from := len(b)
	b = b[:from+int(seg.Size())]
	return b, readExactly(f, b[from:], seg.Offset())
}

// readExactly fills p from a place in a file; one that ends early gives io.ErrUnexpectedEOF.
func readExactly(f api.File, p []byte, at int64) error {
	n, err := f.ReadAt(p, at)
	switch {
	case n == len(p):
		return nil
	case err == nil || errors.Is(err, io.EOF):
		return io.ErrUnexpectedEOF
	}
	return err
}

// openFile is the file last written from. It serves further segments of those that waited already when it was opened;
// later ones may be of another file that has taken its name, so it does not stay open for them.
type openFile struct {
	segment *api.FileSegment
	file    api.File
}

// of opens the segment's file, unless it is open.
func (o *openFile) of(seg *api.FileSegment) (api.File, error) {
	if o.segment != nil && o.segment.SameFile(seg) {
		return o.file, nil
	}
	o.close()
	f, err := seg.OpenFile()
	if err != nil {
		return nil, err
	}
	o.segment, o.file = seg, f
	return f, nil
}

func (o *openFile) close() {
	if o.segment != nil {
		o.file.Close() // opened for reading
		o.segment, o.file = nil, nil
	}
}
