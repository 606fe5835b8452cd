// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"fmt"

	"github.com/twinwire/twinwire/api"
)

// Plain is the answer of a single-threaded count: what every run must agree with.
type Plain struct {
	Summary
	InputFiles   int
	SkippedFiles int
	InputBytes   int64
}

// CountPlain counts the words of the inputs one file after another, with the tokenizer of the map tasks and one map. It
// uses nothing of the machine but files.
func CountPlain(files api.Files, inputs []Input) (Plain, error) {
	w, err := walkInput(files, inputs)
	if err != nil {
		return Plain{}, err
	}
	counts := NewCounts()
	r := newSplitReader(counts)
	for _, f := range w.table {
		if err := r.readFile(files, f, 0, f.Size, func() error { return nil }); err != nil {
			return Plain{}, inputError(f.Name, inputs, err)
		}
	}
	return Plain{Summary: counts.Summary(), InputFiles: len(w.table), SkippedFiles: w.skipped, InputBytes: w.bytes()}, nil
}

// readFile counts the words that start in length bytes at offset of a file of the table.
func (s *splitReader) readFile(files api.Files, file inputFile, offset, length int64, pause func() error) error {
	f, err := files.Open(file.Name)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		return err
	case info.Size() != file.Size:
		return fmt.Errorf("%w: it had %d bytes, now %d", errInputChanged, file.Size, info.Size())
	}
	return s.read(f, file.Size, offset, length, pause)
}
