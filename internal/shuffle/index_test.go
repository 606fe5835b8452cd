// SPDX-License-Identifier: Apache-2.0

package shuffle_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle"
)

// offsets are an index file of these numbers.
func offsets(numbers ...int64) []byte {
	var b []byte
	for _, n := range numbers {
		b = binary.BigEndian.AppendUint64(b, uint64(n))
	}
	return b
}

func TestTornIndex(t *testing.T) {
	for name, b := range map[string][]byte{
		"empty": nil, "no reducer": offsets(0), "half a number": offsets(0, 5)[:15], "not from 0": offsets(1, 5),
		"backwards": offsets(0, 9, 8), "negative": offsets(0, -1), "below zero": offsets(math.MinInt64, 0),
	} {
		if _, err := shuffle.ParseIndex(b); !errors.Is(err, shuffle.ErrTorn) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestRange(t *testing.T) {
	x := shuffle.NewIndex([]int64{5, 0, 7})
	for _, r := range [][2]int32{{-1, 0}, {0, 0}, {2, 1}, {0, 4}, {3, 4}, {math.MaxInt32, math.MinInt32}} {
		if _, _, err := x.Range(r[0], r[1]); err == nil {
			t.Errorf("%v: no error", r)
		}
	}
	if offset, n, err := x.Range(1, 3); offset != 5 || n != 7 || err != nil {
		t.Error(offset, n, err)
	}
}

// TestTornFiles: an index and a data file that do not belong together give an error and no bytes.
func TestTornFiles(t *testing.T) {
	for name, c := range map[string]struct {
		index []byte
		data  string
	}{
		"beyond the data": {offsets(0, 4, 9), "12345678"}, "short of it": {offsets(0, 4), "12345678"},
		"torn index": {offsets(0, 4, 8)[:20], "12345678"}, "far beyond": {offsets(0, math.MaxInt64), "1"},
	} {
		inWorlds(t, func(t *world) {
			m := shuffle.MapOutput{Shuffle: 3, Map: 9}
			put(t, t.files, t.dirs().Find(m.DataFile()).Name, []byte(c.data))
			put(t, t.files, t.dirs().Find(m.IndexFile()).Name, c.index)
			if b, err := t.store().Blocks(t.dirs(), m, 0, 1); !errors.Is(err, shuffle.ErrTorn) {
				t.Errorf("%s: %v, %v", name, b, err)
			}
		})
	}
}

// TestMissingFiles: the error names the file that is not there, as its executor does. A data file of no bytes need not be.
func TestMissingFiles(t *testing.T) {
	inWorlds(t, func(t *world) {
		m := shuffle.MapOutput{}
		index, data := t.dirs().Find(m.IndexFile()), t.dirs().Find(m.DataFile())
		missing := func(at shuffle.Place) {
			t.Helper()
			_, err := t.store().Blocks(t.dirs(), m, 0, 1)
			gone, ok := errors.AsType[*shuffle.MissingError](err)
			if !ok || gone.Path != at.Path || !errors.Is(err, api.ErrBlockNotFound) {
				t.Errorf("%v, want %s to be missing", err, at.Path)
			}
		}
		missing(index)
		put(t, t.files, index.Name, offsets(0, 1))
		missing(data)
		put(t, t.files, index.Name, offsets(0, 0))
		if got := text(t, t.store(), t.dirs(), m, 0, 1); got != "" {
			t.Errorf("%q", got)
		}
		if err := t.files.MkdirAll(data.Name); err != nil {
			t.Fatal(err)
		}
		if b, err := t.store().Blocks(t.dirs(), m, 0, 1); !errors.Is(err, shuffle.ErrTorn) {
			t.Errorf("a folder: %v, %v", b, err)
		}
	})
}

// TestIndexCache: what does not fit is read again.
func TestIndexCache(t *testing.T) {
	inWorlds(t, func(t *world) {
		writer := t.store()
		for i := range int64(4) {
			t.write(writer, t.dirs(), shuffle.MapOutput{Map: i}, fmt.Sprint("block ", i))
		}
		few := shuffle.NewStore(t.rt, shuffle.StoreConfig{IndexCache: 1000})
		for range 2 {
			for _, i := range []int64{0, 1, 2, 3, 2, 1} {
				if got := text(t, few, t.dirs(), shuffle.MapOutput{Map: i}, 0, 1); got != fmt.Sprint("block ", i) {
					t.Errorf("%q", got)
				}
			}
		}
		// The two that were asked for last are kept, so that their index files are not read; the others are not.
		for i := range int64(4) {
			if err := t.files.Remove(t.dirs().Find(shuffle.MapOutput{Map: i}.IndexFile()).Name); err != nil {
				t.Fatal(err)
			}
			_, err := few.Blocks(t.dirs(), shuffle.MapOutput{Map: i}, 0, 1)
			if kept := err == nil; kept != (i == 1 || i == 2) {
				t.Errorf("map %d: %v", i, err)
			}
		}
	})
}

// TestOutputIsWrittenAgain by another process, under its name: then what is served is what the files hold now, also when an
// index is as long as the one before and was written before the disk's clock went on, which need not be fine.
func TestOutputIsWrittenAgain(t *testing.T) {
	inWorlds(t, func(t *world) {
		reader, m := t.store(), shuffle.MapOutput{}
		for _, blocks := range [][]string{{"a", "bb"}, {"ccc", "dddd"}, {"eeee", "fff"}, {"g", "h", "i"}} {
			for _, name := range []string{m.IndexFile(), m.DataFile()} {
				if err := t.files.Remove(t.dirs().Find(name).Name); err != nil && !errors.Is(err, fs.ErrNotExist) {
					t.Fatal(err)
				}
			}
			t.write(t.store(), t.dirs(), m, blocks...)
			for range 2 {
				for i, want := range blocks {
					if got := text(t, reader, t.dirs(), m, int32(i), int32(i)+1); got != want {
						t.Errorf("block %d is %q, want %q", i, got, want)
					}
				}
			}
		}
	})
}

// TestIndexIsReadOnce of an output that was not only just written.
func TestIndexIsReadOnce(t *testing.T) {
	inWorlds(t, func(t *world) {
		t.write(t.store(), t.dirs(), shuffle.MapOutput{}, "a")
		for _, c := range []struct {
			age   time.Duration
			opens int
		}{{time.Minute, 1}, {0, 5}} {
			counted := &aged{Files: t.files, age: c.age}
			dirs, reader := t.dirs(), t.store()
			for i := range dirs.Local {
				dirs.Local[i].Files = counted
			}
			for range 5 {
				if _, err := reader.Open(dirs, shuffle.MapOutput{}); err != nil {
					t.Fatal(err)
				}
			}
			if counted.opens != c.opens {
				t.Errorf("an index that is %v old was read %d times, want %d", c.age, counted.opens, c.opens)
			}
		}
	})
}

// aged says that every file is older than it is, and counts how many are opened.
type aged struct {
	api.Files
	age   time.Duration
	opens int
}

func (a *aged) Open(name string) (api.File, error) {
	a.opens++
	return a.Files.Open(name)
}

func (a *aged) Stat(name string) (fs.FileInfo, error) {
	info, err := a.Files.Stat(name)
	return agedInfo{info, a.age}, err
}

type agedInfo struct {
	fs.FileInfo
	age time.Duration
}

func (i agedInfo) ModTime() time.Time { return i.FileInfo.ModTime().Add(-i.age) }

// TestIndexShrinks between the moment that its size is asked and that in which it is read.
func TestIndexShrinks(t *testing.T) {
	inWorlds(t, func(t *world) {
		put(t, t.files, "long", offsets(0, 0, 0))
		put(t, t.files, "short", offsets(0, 0))
		if x, err := shuffle.ReadIndex(shuffle.Place{Files: shrinking{t.files}, Name: "short", Path: "short"}); !errors.Is(err, shuffle.ErrTorn) {
			t.Errorf("%+v, %v", x, err)
		}
	})
}

// shrinking says that every file is as long as another.
type shrinking struct{ api.Files }

func (s shrinking) Stat(string) (fs.FileInfo, error) { return s.Files.Stat("long") }

func FuzzParseIndex(f *testing.F) {
	f.Add(offsets(0, 5, 5))
	f.Add(offsets(0, -1))
	f.Fuzz(func(t *testing.T, b []byte) {
		x, err := shuffle.ParseIndex(b)
		if err != nil {
			return
		}
		if !bytes.Equal(x.Append(nil), b) {
			t.Fatal("not the same bytes again")
		}
		last := int64(0)
		for r := range int32(x.Reducers()) {
			offset, n, err := x.Range(r, r+1)
			if err != nil || offset != last || n < 0 {
				t.Fatal(offset, n, err)
			}
			last = offset + n
		}
		if last != x.Size() {
			t.Fatal(last, x.Size())
		}
	})
}
