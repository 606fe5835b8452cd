// SPDX-License-Identifier: Apache-2.0

package shuffle_test

import (
	"context"
	"errors"
	"io/fs"
	"maps"
	"path"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/memnet"
	"github.com/twinwire/twinwire/netty"
)

// world is where the body of a test runs as task code.
type world struct {
	*testing.T
	ctx   context.Context
	rt    api.Runtime
	files api.Files
}

// inWorlds runs body on the machine's disk and in three simulations.
func inWorlds(t *testing.T, body func(t *world)) {
	t.Helper()
	t.Run("netty", func(t *testing.T) {
		root, err := netty.OpenRoot(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		body(&world{t, t.Context(), netty.NewRuntime(), root})
	})
	t.Run("memnet", func(t *testing.T) {
		for seed := range uint64(3) {
			sim := memnet.New(memnet.Config{Seed: seed})
			h := sim.Host("h")
			h.Boot(func(ctx context.Context) error {
				body(&world{t, ctx, h.Runtime(), h.Files()})
				return nil
			})
			if r := sim.Run(nil); r.Verdict != memnet.Passed {
				t.Errorf("seed %d: %v: %v, pending %v", seed, r.Verdict, r.Err, r.Pending)
			}
		}
	})
}

// dirs are two local directories of an executor that do not exist yet.
func (t *world) dirs() shuffle.Dirs {
	return shuffle.Dirs{SubDirs: 64, Local: []shuffle.Dir{
		{Files: t.files, Name: "a", Path: "/top/a"}, {Files: t.files, Name: "b", Path: "/top/b"},
	}}
}

func (t *world) store() *shuffle.Store { return shuffle.NewStore(t.rt, shuffle.StoreConfig{}) }

// writer begins an output.
func (t *world) writer(s *shuffle.Store, d shuffle.Dirs, m shuffle.MapOutput, blocks ...string) *shuffle.Writer {
	t.Helper()
	out, err := s.NewWriter(d, m, api.Adler32)
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range blocks {
		if _, err := out.Write([]byte(b)); err != nil {
			t.Fatal(err)
		}
		out.EndBlock()
	}
	return out
}

// write makes an output of these blocks.
func (t *world) write(s *shuffle.Store, d shuffle.Dirs, m shuffle.MapOutput, blocks ...string) {
	t.Helper()
	if _, err := t.writer(s, d, m, blocks...).Commit(); err != nil {
		t.Fatal(err)
	}
}

// put makes a file.
func put(t testing.TB, files api.Files, name string, b []byte) {
	t.Helper()
	err := files.MkdirAll(path.Dir(name))
	if err == nil {
		var f api.File
		if f, err = files.Create(name); err == nil {
			_, err = f.Write(b)
			err = errors.Join(err, f.Close())
		}
	}
	if err != nil {
		t.Fatal(err)
	}
}

// get reads a file.
func get(t testing.TB, files api.Files, name string) []byte {
	t.Helper()
	info, err := files.Stat(name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := api.NewFileSegment(files, name, 0, info.Size()).Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// tree lists the files below dir with their bytes.
func tree(t testing.TB, files api.Files, dir string) map[string]string {
	t.Helper()
	all := map[string]string{}
	entries, err := files.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		t.Fatal(err)
	}
	for _, e := range entries {
		name := path.Join(dir, e.Name())
		if !e.IsDir() {
			all[name] = string(get(t, files, name))
			continue
		}
		maps.Copy(all, tree(t, files, name))
	}
	return all
}

// text is the bytes of the blocks from start up to end.
func text(t testing.TB, s *shuffle.Store, d shuffle.Dirs, m shuffle.MapOutput, start, end int32) string {
	t.Helper()
	data, err := s.Blocks(d, m, start, end)
	if err != nil {
		t.Fatal(err)
	}
	b, err := data.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
