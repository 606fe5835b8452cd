// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io/fs"
	"path"

	"github.com/twinwire/twinwire/api"
)

// writeSize is how many bytes a writer gathers before it writes them.
const writeSize = 64 << 10

// Writer writes one map output: the blocks of all reducers in order, each ended by EndBlock. Nothing of it is seen until
// Commit; then all of it is. A process that dies in between leaves files with other names, and what was there before.
// A Writer is for one task, and ends with Commit or Abort. Follows IndexShuffleBlockResolver.
type Writer struct {
	store     *Store
	dirs      Dirs
	output    MapOutput
	algorithm api.ChecksumAlgorithm // "": no checksums
	attempt   string                // ends the names of files that are not complete

	data    api.File
	temp    Place // of data
	buf     []byte
	lengths []int64
	block   int64 // bytes of the running block
	sum     hash.Hash32
	sums    []byte // as the checksum file has them
	made    []Place
}

// NewWriter begins a map output in an executor's directories, which need not exist. An empty algorithm leaves no
// checksums.
func (s *Store) NewWriter(d Dirs, m MapOutput, a api.ChecksumAlgorithm) (*Writer, error) {
	w := &Writer{
		store: s, dirs: d, output: m, algorithm: a, buf: make([]byte, 0, writeSize),
		attempt: fmt.Sprintf(".%016x", s.rt.Rand().Uint64()),
	}
	var err error
	if a != "" {
		if w.sum, err = a.New(); err != nil {
			return nil, fmt.Errorf("write %v: %w", m, err)
		}
	}
	if w.temp, w.data, err = w.create(m.DataFile()); err != nil {
		return nil, err
	}
	return w, nil
}

// create makes the file that will have a name.
func (w *Writer) create(name string) (Place, api.File, error) {
	at := w.dirs.Find(name)
	if err := at.Files.MkdirAll(path.Dir(at.Name)); err != nil {
		return at, nil, fmt.Errorf("write %s: %w", at.Path, err)
	}
	at.Name, at.Path = at.Name+w.attempt, at.Path+w.attempt
	f, err := at.Files.Create(at.Name)
	if err != nil {
		return at, nil, fmt.Errorf("write %s: %w", at.Path, err)
	}
	w.made = append(w.made, at)
	return at, f, nil
}

// Write adds to the running block. After an error only Abort makes sense.
func (w *Writer) Write(p []byte) (int, error) {
	if w.sum != nil {
		w.sum.Write(p) // never fails
	}
	w.block += int64(len(p))
	if len(w.buf)+len(p) > writeSize {
		if err := w.flush(); err != nil {
			return 0, err
		}
	}
	if len(p) <= writeSize {
		w.buf = append(w.buf, p...)
		return len(p), nil
	}
	n, err := w.data.Write(p)
	if err != nil {
		err = fmt.Errorf("write %s: %w", w.temp.Path, err)
	}
	return n, err
}

func (w *Writer) flush() error {
	_, err := w.data.Write(w.buf)
	w.buf = w.buf[:0]
	if err != nil {
		return fmt.Errorf("write %s: %w", w.temp.Path, err)
	}
	return nil
}

// EndBlock ends the block of a reducer; what comes next is of the following one.
func (w *Writer) EndBlock() {
	w.lengths = append(w.lengths, w.block)
	w.block = 0
	if w.sum != nil {
		w.sums = binary.BigEndian.AppendUint64(w.sums, uint64(w.sum.Sum32()))
		w.sum.Reset()
	}
}

// Commit publishes the output. When another attempt at it was faster, that one's stays and this one's is dropped; the
// index is that of what is there.
func (w *Writer) Commit() (Index, error) {
	if w.block > 0 || len(w.lengths) == 0 {
		w.Abort()
		return Index{}, fmt.Errorf("write %v: %d blocks and %d bytes of one that was not ended", w.output, len(w.lengths), w.block)
	}
	x := NewIndex(w.lengths)
	err := errors.Join(w.flush(), w.close(w.data))
	w.data = nil
	if err == nil {
		x, err = w.publish(x)
	}
	w.Abort()
	return x, err
}

// publish gives the files their names. The index comes last, and an old one goes first: whoever finds an index finds the
// data it speaks of.
func (w *Writer) publish(x Index) (Index, error) {
	order := []string{w.output.DataFile()}
	if w.sum != nil {
		sums := w.output.ChecksumFile(w.algorithm)
		if err := w.writeFile(sums, w.sums); err != nil {
			return Index{}, err
		}
		order = append(order, sums)
	}
	if err := w.writeFile(w.output.IndexFile(), x.Append(nil)); err != nil {
		return Index{}, err
	}
	order = append(order, w.output.IndexFile())

	index := w.dirs.Find(w.output.IndexFile())
	w.store.commits.take(index.Path)
	defer w.store.commits.give(index.Path)
	if there, err := ReadOutput(w.dirs, w.output); err == nil {
		return there, nil
	}
	w.store.indexes.drop(index.Path)
	if err := index.Files.Remove(index.Name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Index{}, fmt.Errorf("remove %s: %w", index.Path, err)
	}
	for _, name := range order {
		at := w.dirs.Find(name)
		if err := at.Files.Rename(at.Name+w.attempt, at.Name); err != nil {
			return Index{}, fmt.Errorf("rename %s: %w", at.Path+w.attempt, err)
		}
	}
	return x, nil
}

// writeFile makes a small file, complete but under its other name.
func (w *Writer) writeFile(name string, b []byte) error {
	at, f, err := w.create(name)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	if err = errors.Join(err, w.close(f)); err != nil {
		return fmt.Errorf("write %s: %w", at.Path, err)
	}
	return nil
}

// close closes a file that is complete.
func (w *Writer) close(f api.File) error {
	if w.store.sync {
		return errors.Join(f.Sync(), f.Close())
	}
	return f.Close()
}

// Abort drops what was not published. It does nothing after Commit.
func (w *Writer) Abort() {
	if w.data != nil {
		w.data.Close() // it is dropped
		w.data = nil
	}
	for _, at := range w.made {
		at.Files.Remove(at.Name) //nolint:errcheck // what has its name is gone from here
	}
	w.made = nil
}
