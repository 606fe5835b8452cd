// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"errors"
	"fmt"
	"io"

	"github.com/twinwire/twinwire/api"
)

// openFile is the file last written from. It serves further segments of those that waited already when it was opened;
// later ones may be of another file that has taken its name, so it does not stay open for them.
type openFile struct {
	segment *api.FileSegment
	file    api.File
	size    int64 // when it was opened
}

// fileOf opens the segment's file, unless it is open, and sees that it is long enough.
func (w *writer) fileOf(seg *api.FileSegment) (api.File, error) {
	if w.file == nil {
		w.file = new(openFile)
	}
	return w.file.of(seg)
}

// of is [writer.fileOf].
func (o *openFile) of(seg *api.FileSegment) (api.File, error) {
	if o.segment == nil || !o.segment.SameFile(seg) {
		o.close()
		if err := o.open(seg); err != nil {
			return nil, err
		}
	}
	if seg.Offset() < 0 || seg.Size() < 0 || o.size-seg.Offset() < seg.Size() {
		return nil, fmt.Errorf("read %v: the file has %d bytes: %w", seg, o.size, io.ErrUnexpectedEOF)
	}
	return o.file, nil
}

func (o *openFile) open(seg *api.FileSegment) (err error) {
	defer recovered(&err)
	f, err := seg.OpenFile()
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close() // opened for reading
		return fmt.Errorf("stat %v: %w", seg, err)
	}
	o.segment, o.file, o.size = seg, f, info.Size()
	return nil
}

func (o *openFile) close() {
	if o != nil && o.segment != nil {
		o.file.Close() // opened for reading
		o.segment, o.file = nil, nil
	}
}

// readExactly fills p from a place in a segment's file; one that ends early gives io.ErrUnexpectedEOF.
func readExactly(f api.File, seg *api.FileSegment, p []byte, at int64) error {
	n, err := f.ReadAt(p, at)
	switch {
	case n == len(p):
		return nil
	case err == nil || errors.Is(err, io.EOF):
		err = io.ErrUnexpectedEOF
	}
	return fmt.Errorf("read %v: %w", seg, err)
}
