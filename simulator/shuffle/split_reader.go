// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"errors"
	"io"
	"unicode/utf8"
)

// errInputChanged says that a file is not as long as it was when the job began.
var errInputChanged = errors.New("input changed while the job ran")

// Sizes of reads.
const (
	readChunk = 256 << 10
	readAhead = 128 // past the end of a split: most words that start in it end there
)

// splitReader counts the words of splits. One is used for many splits, one after another.
type splitReader struct {
	tok   *tokenizer
	chunk []byte
}

func newSplitReader(counts *Counts) *splitReader {
	return &splitReader{tok: newTokenizer(counts), chunk: make([]byte, readChunk)}
}

// read counts the words that start in the length bytes at offset of a file of size bytes. It calls pause after each
// chunk and stops with its error.
func (s *splitReader) read(f io.ReaderAt, size, offset, length int64, pause func() error) error {
	end := min(offset+length, size)
	at, err := s.start(f, size, offset)
	if err != nil {
		return err
	}
	for at < end || s.tok.open && !s.tok.skip && at < size {
		b, err := s.fill(f, size, at, end)
		if err != nil {
			return err
		}
		used := s.tok.scan(b, int(min(max(end-at, 0), int64(len(b)))), at+int64(len(b)) == size)
		at += int64(used)
		if err := pause(); err != nil {
			return err
		}
	}
	if s.tok.skip {
		s.tok.open = false
	}
	s.tok.end()
	return nil
}

// start tells the tokenizer what stands before offset. It returns where the first rune begins that does not belong to
// the bytes before. UTF-8 makes four bytes enough: a rune that reaches up to offset or past it begins with the last byte
// before offset that is no continuation byte, and a decoder that came from the start of the file is never in the middle
// of a rune there.
func (s *splitReader) start(f io.ReaderAt, size, offset int64) (int64, error) {
	s.tok.open, s.tok.skip = false, false
	if offset == 0 {
		return 0, nil
	}
	from := max(offset-utf8.UTFMax, 0)
	b := s.chunk[:min(offset+utf8.UTFMax, size)-from]
	if err := readFull(f, b, from); err != nil {
		return 0, err
	}
	first := int(offset-from) - 1
	for first > 0 && !utf8.RuneStart(b[first]) {
		first--
	}
	r, width := utf8.DecodeRune(b[first:])
	after := from + int64(first+width)
	if after < offset {
		return offset, nil // what stands between are stray continuation bytes
	}
	s.tok.open = isWordRune(r)
	s.tok.skip = s.tok.open
	return after, nil
}

// fill reads the next chunk at a position: up to a little past end, or a whole chunk when a long word goes on there.
func (s *splitReader) fill(f io.ReaderAt, size, at, end int64) ([]byte, error) {
	n := min(int64(len(s.chunk)), size-at)
	if at < end {
		n = min(n, end-at+readAhead)
	}
	b := s.chunk[:n]
	return b, readFull(f, b, at)
}

// readFull fills b from offset. A file that ends earlier has changed.
func readFull(f io.ReaderAt, b []byte, offset int64) error {
	n, err := f.ReadAt(b, offset)
	switch {
	case n == len(b):
		return nil
	case err == nil || errors.Is(err, io.EOF):
		return errInputChanged
	}
	return err
}
