// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"errors"
	"fmt"
	"io/fs"

	"github.com/twinwire/twinwire/api"
)

// Store finds blocks in the files of executors. It keeps the indexes it has read in memory. Safe for concurrent use.
type Store struct {
	rt      api.Runtime
	sync    bool
	indexes *indexCache
	commits *turns // by the path of an index
}

// StoreConfig configures a [Store].
type StoreConfig struct {
	// IndexCache bounds the indexes kept in memory, in bytes (spark.shuffle.service.index.cache.size). 0: 100 MiB.
	IndexCache int64
	// Sync has a writer make sure that its files are on the disk before they get their names, so that a crash of the machine
	// tears none (spark.shuffle.sync). Without it such an output is found torn, and then written again, as in Spark.
	Sync bool
}

// NewStore returns a store that has read nothing.
func NewStore(rt api.Runtime, cfg StoreConfig) *Store {
	if cfg.IndexCache <= 0 {
		cfg.IndexCache = 100 << 20
	}
	return &Store{rt: rt, sync: cfg.Sync, indexes: newIndexCache(rt, cfg.IndexCache), commits: newTurns(rt)}
}

// Blocks returns the blocks of the reducers from start up to end, exclusive, which lie one behind the other. A file that
// is not there is a *MissingError; one that cannot be right matches [ErrTorn].
func (s *Store) Blocks(d Dirs, m MapOutput, start, end int32) (api.ManagedBuffer, error) {
	o, err := s.Open(d, m)
	if err != nil {
		return nil, err
	}
	return o.Blocks(start, end)
}

// Open finds a map output, of which several blocks are wanted. Its errors are those of Blocks.
func (s *Store) Open(d Dirs, m MapOutput) (*Output, error) {
	x, err := s.index(d, m)
	if err != nil {
		return nil, err
	}
	return &Output{m, x, d.Find(m.DataFile())}, nil
}

// Output is a map output that was found complete. It holds nothing open.
type Output struct {
	output MapOutput
	index  Index
	data   Place
}

// Blocks is Store.Blocks for this output.
func (o *Output) Blocks(start, end int32) (api.ManagedBuffer, error) {
	offset, length, err := o.index.Range(start, end)
	if err != nil {
		return nil, fmt.Errorf("%v: %w: %w", o.output, err, api.ErrBlockNotFound)
	}
	if length == 0 { // then there may be no data file
		return api.NewBytesBuffer(nil), nil
	}
	return api.NewFileSegment(o.data.Files, o.data.Name, offset, length), nil
}

// index returns the index of a map output whose data file is complete. One that was kept counts as long as its file looks
// as it did, and has not only just been written, or is gone: an output may be written again under its name, as with
// spark.shuffle.useOldFetchProtocol, and by another process.
func (s *Store) index(d Dirs, m MapOutput) (Index, error) {
	at := d.Find(m.IndexFile())
	now := s.rt.Now()
	look := lookOf(at)
	if x, ok := s.indexes.get(at.Path, look); ok {
		return x, nil
	}
	x, err := ReadOutput(d, m)
	if err == nil {
		s.indexes.put(at.Path, look, look.tells(now), x)
	}
	return x, err
}

// ReadOutput reads the index of a map output and checks that the data file has the size it speaks of.
func ReadOutput(d Dirs, m MapOutput) (Index, error) {
	x, err := ReadIndex(d.Find(m.IndexFile()))
	if err != nil {
		return Index{}, err
	}
	data := d.Find(m.DataFile())
	info, err := data.Files.Stat(data.Name)
	switch {
	case err != nil && x.Size() == 0: // then the data file may never have been written
		return x, nil
	case err != nil:
		return Index{}, &MissingError{Path: data.Path, Cause: err}
	case !info.Mode().IsRegular() || info.Size() != x.Size():
		return Index{}, fmt.Errorf("read %s: %d bytes, its index speaks of %d: %w", data.Path, info.Size(), x.Size(), ErrTorn)
	}
	return x, nil
}

// File returns the whole file of a persisted block, such as "rdd_0_1", or nil when it is not there. One that cannot be looked
// at, as for want of descriptors, is an error.
func (s *Store) File(d Dirs, name string) (*api.FileSegment, error) {
	if err := checkName(name); err != nil {
		return nil, err
	}
	at := d.Find(name)
	info, err := at.Files.Stat(at.Name)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, &MissingError{Path: at.Path, Cause: err}
	case err != nil || !info.Mode().IsRegular():
		return nil, nil //nolint:nilerr,nilnil // a file that is not there is no failure of the service
	}
	return api.NewFileSegment(at.Files, at.Name, 0, info.Size()), nil
}

// Remove removes files by name and returns how many it did.
func (s *Store) Remove(d Dirs, names []string) (int, error) {
	for _, name := range names {
		if err := checkName(name); err != nil {
			return 0, err
		}
	}
	n := 0
	for _, name := range names {
		at := d.Find(name)
		s.indexes.drop(at.Path)
		if info, err := at.Files.Stat(at.Name); err != nil || !info.Mode().IsRegular() {
			continue
		}
		if at.Files.Remove(at.Name) == nil {
			n++
		}
	}
	return n, nil
}

// checkName refuses what is not the plain name of a file.
func checkName(name string) error {
	if name == "" || name == "." || name == ".." || len(name) > 255 {
		return &NameError{Name: name}
	}
	for i := range len(name) {
		if c := name[i]; c <= ' ' || c > '~' || c == '/' || c == '\\' {
			return &NameError{Name: name}
		}
	}
	return nil
}

// NameError says that a block's name cannot be that of a file of an executor.
type NameError struct{ Name string }

// Error quotes the name.
func (e *NameError) Error() string { return fmt.Sprintf("block %q: not the name of a file", e.Name) }

// JavaText is the class Spark's service answers such names with.
func (e *NameError) JavaText() string { return "java.lang.IllegalArgumentException: " + e.Error() }
