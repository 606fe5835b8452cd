// SPDX-License-Identifier: Apache-2.0

package api

import (
	"errors"
	"fmt"
	"io"
	"reflect"
	"sync/atomic"
)

// FileSegment is a range of a file as a [ManagedBuffer], as Spark's FileSegmentManagedBuffer. The file is opened when
// the bytes are wanted, so a segment costs no descriptor. Over TCP it leaves by sendfile.
type FileSegment struct {
	files  Files
	name   string
	offset int64
	length int64
	owned  *ownedFile // nil: the file is somebody else's
}

// ownedFile counts the references of a segment whose file goes with the last one.
type ownedFile struct {
	refs atomic.Int64
	last func()
}

var _ ManagedBuffer = (*FileSegment)(nil)

// NewFileSegment returns the segment of length bytes at offset of the file name in files.
func NewFileSegment(files Files, name string, offset, length int64) *FileSegment {
	return &FileSegment{files: files, name: name, offset: offset, length: length}
}

// NewOwnedFileSegment returns a segment with one reference; last is called when the last one is released, to delete the
// file. It may do I/O.
func NewOwnedFileSegment(files Files, name string, offset, length int64, last func()) *FileSegment {
	s := NewFileSegment(files, name, offset, length)
	s.owned = &ownedFile{last: last}
	s.owned.refs.Store(1)
	return s
}

// OpenFile opens the segment's file, for a transfer that reads at Offset. Close it.
func (s *FileSegment) OpenFile() (File, error) {
	f, err := s.files.Open(s.name)
	if err != nil {
		return nil, fmt.Errorf("open %v: %w", s, err)
	}
	return f, nil
}

// SameFile reports whether both are of one file, by the name it has: so that one OpenFile serves both.
func (s *FileSegment) SameFile(other *FileSegment) bool {
	return s.name == other.name && haveIdentity(s.files) && s.files == other.files
}

// haveIdentity reports whether files can be compared. It looks inside a value only where its type does not tell.
func haveIdentity(files Files) bool {
	t := reflect.TypeOf(files)
	if t == nil || t.Kind() == reflect.Pointer || t.Size() == 0 && t.Comparable() {
		return true
	}
	return reflect.ValueOf(files).Comparable()
}

// Offset is where the segment starts in the file.
func (s *FileSegment) Offset() int64 { return s.offset }

// Size is the segment's length.
func (s *FileSegment) Size() int64 { return s.length }

// Bytes reads the whole segment into a new slice.
func (s *FileSegment) Bytes() ([]byte, error) {
	f, err := s.OpenFile()
	if err != nil {
		return nil, err
	}
	b := make([]byte, s.length)
	n, err := f.ReadAt(b, s.offset)
	f.Close() // opened for reading
	if int64(n) < s.length {
		if errors.Is(err, io.EOF) {
			err = io.ErrUnexpectedEOF
		}
		return nil, fmt.Errorf("read %v: %w", s, err)
	}
	return b, nil
}

// Open returns a reader over the segment.
func (s *FileSegment) Open() (io.ReadCloser, error) {
	f, err := s.OpenFile()
	if err != nil {
		return nil, err
	}
	return struct {
		io.Reader
		io.Closer
	}{io.NewSectionReader(f, s.offset, s.length), f}, nil
}

// Retain adds a reference, of a segment that owns its file. Others hold nothing.
func (s *FileSegment) Retain() {
	if s.owned != nil {
		s.owned.refs.Add(1)
	}
}

// Release drops one, and the file with the last.
func (s *FileSegment) Release() {
	if s.owned != nil && s.owned.refs.Add(-1) == 0 {
		s.owned.last()
	}
}

// String names file, offset and length.
func (s *FileSegment) String() string {
	return fmt.Sprintf("file segment %s offset %d length %d", s.name, s.offset, s.length)
}
