// SPDX-License-Identifier: Apache-2.0

package shuffle_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/memnet"
)

// TestCommit: nothing is seen before it, everything after it, and of several attempts the first one's stays.
func TestCommit(t *testing.T) {
	inWorlds(t, func(t *world) {
		store, m := t.store(), shuffle.MapOutput{Shuffle: 7, Map: 1 << 40}
		out := t.writer(store, t.dirs(), m, "one", "", "three")
		if _, err := store.Blocks(t.dirs(), m, 0, 1); !errors.Is(err, api.ErrBlockNotFound) {
			t.Errorf("before: %v", err)
		}
		late := t.writer(store, t.dirs(), m, "1", "2", "3")
		x, err := out.Commit()
		if err != nil || x.Reducers() != 3 || x.Size() != 8 {
			t.Fatalf("%d blocks of %d bytes, %v", x.Reducers(), x.Size(), err)
		}
		if x, err = late.Commit(); err != nil || x.Size() != 8 {
			t.Errorf("the second attempt: %d bytes, %v", x.Size(), err)
		}
		if got := text(t, store, t.dirs(), m, 0, 3) + "|" + text(t, store, t.dirs(), m, 1, 2); got != "onethree|" {
			t.Errorf("%q", got)
		}
		if n := len(tree(t, t.files, ".")); n != 3 {
			t.Errorf("%d files, want data, index and checksums", n)
		}
	})
}

// TestCommitTogether: whoever is first, index and data are of one attempt.
func TestCommitTogether(t *testing.T) {
	inWorlds(t, func(t *world) {
		store, m, d := t.store(), shuffle.MapOutput{Map: 5}, t.dirs()
		for i := range d.Local {
			d.Local[i].Files = slowDisk{t.files, t.rt}
		}
		attempts := []string{"a", "bb", "ccc"}
		all := api.NewGroup(t.rt)
		for _, a := range attempts {
			out := t.writer(store, d, m, a, a)
			all.Go("commit", func() error { _, err := out.Commit(); return err })
		}
		if err := all.Wait(t.ctx); err != nil {
			t.Fatal(err)
		}
		if first, second := text(t, store, t.dirs(), m, 0, 1), text(t, store, t.dirs(), m, 1, 2); first != second || !slices.Contains(attempts, first) {
			t.Errorf("blocks %q and %q", first, second)
		}
	})
}

// slowDisk lets others go first.
type slowDisk struct {
	api.Files
	rt api.Runtime
}

func (d slowDisk) Stat(name string) (fs.FileInfo, error) {
	d.rt.Yield()
	return d.Files.Stat(name)
}

func (d slowDisk) Rename(from, to string) error {
	d.rt.Yield()
	return d.Files.Rename(from, to)
}

// TestCommitOverTorn: an output that is not whole gives way.
func TestCommitOverTorn(t *testing.T) {
	inWorlds(t, func(t *world) {
		m := shuffle.MapOutput{Map: 1}
		put(t, t.files, t.dirs().Find(m.DataFile()).Name, []byte("torn"))
		put(t, t.files, t.dirs().Find(m.IndexFile()).Name, shuffle.NewIndex([]int64{5}).Append(nil))
		store := t.store()
		if _, err := store.Blocks(t.dirs(), m, 0, 1); !errors.Is(err, shuffle.ErrTorn) {
			t.Errorf("before: %v", err)
		}
		t.write(store, t.dirs(), m, "whole")
		if got := text(t, store, t.dirs(), m, 0, 1); got != "whole" {
			t.Errorf("%q", got)
		}
		// What is known of one that is torn later is forgotten.
		put(t, t.files, t.dirs().Find(m.DataFile()).Name, []byte("wh"))
		t.write(store, t.dirs(), m, "again", "whole")
		if got := text(t, store, t.dirs(), m, 1, 2); got != "whole" {
			t.Errorf("%q", got)
		}
	})
}

// TestUnfinished: what was begun and not committed leaves no file, and one that was not ended is no output.
func TestUnfinished(t *testing.T) {
	inWorlds(t, func(t *world) {
		store, m := t.store(), shuffle.MapOutput{}
		t.writer(store, t.dirs(), m, "x").Abort()
		if _, err := t.writer(store, t.dirs(), m).Commit(); err == nil {
			t.Error("no blocks: no error")
		}
		out := t.writer(store, t.dirs(), m, "x")
		if _, err := out.Write([]byte("y")); err != nil {
			t.Error(err)
		}
		if _, err := out.Commit(); err == nil {
			t.Error("a block that was not ended: no error")
		}
		if _, err := store.NewWriter(t.dirs(), m, "MD5"); err == nil {
			t.Error("MD5: no error")
		}
		if left := slices.Collect(maps.Keys(tree(t, t.files, "."))); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
	})
}

// TestLargeBlocks are written as they come.
func TestLargeBlocks(t *testing.T) {
	inWorlds(t, func(t *world) {
		store, m := t.store(), shuffle.MapOutput{}
		blocks := []string{strings.Repeat("a", 200_000), "b", strings.Repeat("c", 64<<10), strings.Repeat("d", 64<<10+1)}
		t.write(store, t.dirs(), m, blocks...)
		for i, b := range blocks {
			if got := text(t, store, t.dirs(), m, int32(i), int32(i+1)); got != b {
				t.Errorf("block %d: %d bytes, want %d", i, len(got), len(b))
			}
		}
	})
}

// TestDiskFull: wherever the disk fails, the error says so, no half is seen, and no file is left.
func TestDiskFull(t *testing.T) {
	inWorlds(t, func(t *world) {
		for step := 0; ; step++ {
			disk := &fullDisk{Files: t.files, left: step}
			d := t.dirs()
			for i := range d.Local {
				d.Local[i].Files = disk
			}
			err := func() error {
				out, err := t.store().NewWriter(d, shuffle.MapOutput{}, api.Adler32)
				if err != nil {
					return err
				}
				if _, err := out.Write([]byte(strings.Repeat("x", 100_000))); err != nil {
					out.Abort()
					return err
				}
				out.EndBlock()
				_, err = out.Commit()
				return err
			}()
			if err == nil {
				if step < 5 {
					t.Errorf("the disk failed at none of %d steps", step)
				}
				return
			}
			if !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("step %d: %v", step, err)
			}
			for name := range tree(t, t.files, ".") {
				if temporary.MatchString(name) || strings.HasSuffix(name, ".index") {
					t.Errorf("step %d: %s is left", step, name)
				}
			}
		}
	})
}

var temporary = regexp.MustCompile(`\.[0-9a-f]{16}$`)

// fullDisk fails at a step and at all after it.
type fullDisk struct {
	api.Files
	left int
}

func (d *fullDisk) step() error {
	if d.left--; d.left < 0 {
		return syscall.ENOSPC
	}
	return nil
}

func (d *fullDisk) Create(name string) (api.File, error) {
	if err := d.step(); err != nil {
		return nil, err
	}
	f, err := d.Files.Create(name)
	return &fullFile{f, d}, err
}

func (d *fullDisk) Rename(from, to string) error {
	if err := d.step(); err != nil {
		return err
	}
	return d.Files.Rename(from, to)
}

type fullFile struct {
	api.File
	disk *fullDisk
}

func (f *fullFile) Write(b []byte) (int, error) {
	if err := f.disk.step(); err != nil {
		n, _ := f.File.Write(b[:len(b)/2]) // as much as there was room for
		return n, err
	}
	return f.File.Write(b)
}

// TestCrashOfTheMachine: an output that was not synced is whole or gives an error, one that was is whole.
func TestCrashOfTheMachine(t *testing.T) {
	torn := 0
	for seed := range uint64(20) {
		for _, sync := range []bool{false, true} {
			w := memnet.New(memnet.Config{Seed: seed, Faults: fault.Profile{TornPPM: 500_000}})
			h := w.Host("h")
			r := w.Run(func(ctx context.Context) error {
				t := &world{t, ctx, w.Runtime(), h.Files()}
				store, m := shuffle.NewStore(t.rt, shuffle.StoreConfig{Sync: sync}), shuffle.MapOutput{}
				t.write(store, t.dirs(), m, strings.Repeat("x", 100_000), "y")
				h.Crash()
				h.Restart()
				_, err := t.store().Blocks(t.dirs(), m, 0, 2)
				switch {
				case err != nil && !sync:
					torn++
					return nil
				case err != nil:
					return err
				}
				if got := text(t, t.store(), t.dirs(), m, 0, 2); got != strings.Repeat("x", 100_000)+"y" {
					return fmt.Errorf("%d bytes", len(got))
				}
				return nil
			})
			if r.Verdict != memnet.Passed {
				t.Errorf("seed %d, sync %v: %v: %v", seed, sync, r.Verdict, r.Err)
			}
		}
	}
	if torn == 0 {
		t.Error("no crash tore anything")
	}
}
