// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/twinwire/twinwire/api"
)

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func put(t *testing.T, f api.Files, name, text string) {
	t.Helper()
	file, err := f.Create(name)
	must(t, err)
	_, err = file.Write([]byte(text))
	must(t, err)
	must(t, file.Sync())
	must(t, file.Close())
}

func get(t *testing.T, f api.Files, name string) string {
	t.Helper()
	file, err := f.Open(name)
	must(t, err)
	defer file.Close()
	info, err := file.Stat()
	must(t, err)
	b := make([]byte, info.Size())
	if n, err := file.ReadAt(b, 0); n < len(b) {
		t.Fatal(n, err)
	}
	return string(b)
}

func list(t *testing.T, f api.Files, name string) string {
	t.Helper()
	all, err := f.ReadDir(name)
	must(t, err)
	var s []string
	for _, e := range all {
		s = append(s, fs.FormatDirEntry(e))
	}
	return strings.Join(s, ", ")
}

func TestFilesTree(t *testing.T) {
	f := New(Config{}).Host("a").Files()
	must(t, f.MkdirAll("/data/x"))
	must(t, f.MkdirAll("data/x"))
	put(t, f, "data/x/one", "1")
	put(t, f, "/data/two", "two")
	if got := list(t, f, "/data"); got != "- two, d x/" {
		t.Error(got)
	}
	must(t, f.Rename("data/two", "data/x/one"))
	if got := get(t, f, "./data/../data/x/one"); got != "two" {
		t.Error(got)
	}
	must(t, f.Rename("data/x", "data/y"))
	if got := list(t, f, "data"); got != "d y/" {
		t.Error(got)
	}
	open, err := f.Open("data/y/one")
	must(t, err)
	must(t, f.Remove("data/y/one"))
	b := make([]byte, 5)
	if n, err := open.ReadAt(b, 1); string(b[:n]) != "wo" || !errors.Is(err, io.EOF) {
		t.Errorf("reading a removed file: %q, %v", b[:n], err)
	}
	must(t, f.Remove("data/y"))
}

func TestFilesErrors(t *testing.T) {
	f := New(Config{}).Host("a").Files()
	must(t, f.MkdirAll("d/e"))
	put(t, f, "d/file", "x")
	second := func(_ any, err error) error { return err }
	closed, err := f.Open("d/file")
	must(t, err)
	must(t, closed.Close())
	for what, c := range map[string]struct{ got, want error }{
		"open nothing":       {second(f.Open("no")), fs.ErrNotExist},
		"open below a file":  {second(f.Open("d/file/x")), errNotDir},
		"create in no dir":   {second(f.Create("no/x")), fs.ErrNotExist},
		"create at a dir":    {second(f.Create("d")), errIsDir},
		"remove nothing":     {f.Remove("no"), fs.ErrNotExist},
		"remove full dir":    {f.Remove("d"), errNotEmpty},
		"remove the root":    {f.Remove("/"), fs.ErrPermission},
		"rename nothing":     {f.Rename("no", "d/x"), fs.ErrNotExist},
		"rename into itself": {f.Rename("d", "d/e/d"), fs.ErrInvalid},
		"mkdir over a file":  {f.MkdirAll("d/file"), errNotDir},
		"readdir of a file":  {second(f.ReadDir("d/file")), errNotDir},
		"stat nothing":       {second(f.Stat("d/no")), fs.ErrNotExist},
		"read after close":   {second(closed.ReadAt(make([]byte, 1), 0)), fs.ErrClosed},
		"write to a reader": {func() error {
			r, _ := f.Open("d/file")
			_, err := r.Write([]byte("x"))
			return err
		}(), fs.ErrPermission},
	} {
		if !errors.Is(c.got, c.want) {
			t.Errorf("%s: %v, want %v", what, c.got, c.want)
		}
	}
}

func TestMount(t *testing.T) {
	dir := t.TempDir()
	must(t, os.MkdirAll(filepath.Join(dir, "sub"), 0o755))
	must(t, os.WriteFile(filepath.Join(dir, "sub", "in"), []byte("real"), 0o600))
	must(t, os.Symlink("in", filepath.Join(dir, "sub", "link")))
	f := New(Config{}).Host("a").Files()
	must(t, f.Mount("/input", os.DirFS(dir)))
	must(t, f.Mount("/mem", fstest.MapFS{"x": {Data: []byte("map")}}))
	if got := list(t, f, "/"); got != "d input/, d mem/" {
		t.Error(got)
	}
	if got := list(t, f, "input/sub"); got != "- in, L link" {
		t.Error(got)
	}
	for name, want := range map[string]string{"input/sub/in": "real", "/input/sub/link": "real", "/mem/x": "map"} {
		if got := get(t, f, name); got != want {
			t.Errorf("%s: %q", name, got)
		}
	}
	info, err := f.Stat("input/sub/link")
	must(t, err)
	if info.Size() != 4 || !info.Mode().IsRegular() {
		t.Error(info)
	}
	for what, err := range map[string]error{
		"create": onlyFileError(f.Create("input/new")),
		"remove": f.Remove("input/sub/in"),
		"rename": f.Rename("input/sub/in", "x"),
		"mkdir":  f.MkdirAll("mem/x/y"),
		"twice":  f.Mount("input", os.DirFS(dir)),
	} {
		if !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s in a mount: %v", what, err)
		}
	}
	if _, err := f.Open("input/sub/../../../etc/passwd"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("out of the mount: %v", err)
	}
}

func onlyFileError(_ api.File, err error) error { return err }
