// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/twinwire/twinwire/api"
)

// write makes a file of text.
func write(t *testing.T, files api.Files, name, text string) {
	t.Helper()
	f, err := files.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := f.Sync(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// read returns the text of a file, which must be a bare *os.File.
func read(t *testing.T, files api.Files, name string) string {
	t.Helper()
	f, err := files.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, ok := f.(*os.File); !ok {
		t.Errorf("Open(%s) returns a %T, which cannot be sent without copying", name, f)
	}
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	b := make([]byte, info.Size())
	if _, err := f.ReadAt(b, 0); err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// list returns the names in a directory.
func list(t *testing.T, files api.Files, name string) []string {
	t.Helper()
	entries, err := files.ReadDir(name)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return names
}

func TestOSFiles(t *testing.T) { checkFiles(t, OSFiles(), filepath.ToSlash(t.TempDir())+"/") }

func TestDirFiles(t *testing.T) { checkFiles(t, DirFiles(t.TempDir()), "") }

func checkFiles(t *testing.T, files api.Files, root string) {
	for range 2 {
		if err := files.MkdirAll(root + "a/b"); err != nil {
			t.Fatal(err)
		}
	}
	write(t, files, root+"a/two", "2")
	write(t, files, root+"a/one", "1")
	if err := files.Rename(root+"a/one", root+"a/two"); err != nil {
		t.Fatal(err)
	}
	if got := read(t, files, root+"a/two"); got != "1" {
		t.Errorf("after the rename: %q, want 1", got)
	}
	if diff := cmp.Diff([]string{"b", "two"}, list(t, files, root+"a")); diff != "" {
		t.Errorf("ReadDir (-want +got):\n%s", diff)
	}
	for op, err := range map[string]error{
		"open":    second(files.Open(root + "none")),
		"create":  second(files.Create(root + "none/x")),
		"rename":  files.Rename(root+"none", root+"x"),
		"remove":  files.Remove(root + "none"),
		"readdir": second(files.ReadDir(root + "none")),
		"stat":    second(files.Stat(root + "none")),
	} {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s of what is not there: %v, want %v", op, err, fs.ErrNotExist)
		} else {
			checkStack(t, err)
		}
	}
	if f, err := files.Open(root + "none"); f != nil || err == nil {
		t.Errorf("Open of what is not there = %v, %v", f, err)
	}
	for _, name := range []string{"a/b", "a/two"} {
		if err := files.Remove(root + name); err != nil {
			t.Error(err)
		}
	}
	if info, err := files.Stat(root + "a"); err != nil || !info.IsDir() {
		t.Errorf("Stat of a directory: %v, %v", info, err)
	}
}

func second[T any](_ T, err error) error { return err }

func TestDirFilesDoNotLeaveTheirDirectory(t *testing.T) {
	top := t.TempDir()
	write(t, DirFiles(top), "secret", "top")
	if err := os.Mkdir(filepath.Join(top, "host"), 0o777); err != nil {
		t.Fatal(err)
	}
	files := DirFiles(filepath.Join(top, "host"))
	for _, name := range []string{"../secret", "/../secret", "a/../../secret"} {
		if f, err := files.Open(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Open(%s) = %v, %v; want %v", name, f, err, fs.ErrNotExist)
		}
	}
	write(t, files, "/x", "mine")
	if got := read(t, files, "x"); got != "mine" {
		t.Errorf("x holds %q", got)
	}
}

func TestMountFiles(t *testing.T) {
	machine := t.TempDir()
	if err := OSFiles().MkdirAll(filepath.ToSlash(machine) + "/texts/deep"); err != nil {
		t.Fatal(err)
	}
	write(t, DirFiles(machine), "texts/deep/a.txt", "a")
	write(t, DirFiles(machine), "single.txt", "s")
	base := DirFiles(t.TempDir())
	write(t, base, "inputs", "base")
	files := MountFiles(base, map[string]string{
		"input":      filepath.Join(machine, "texts"),
		"input/one":  filepath.Join(machine, "single.txt"),
		"other/deep": filepath.Join(machine, "texts", "deep"),
	})
	for name, want := range map[string]string{
		"input/deep/a.txt": "a", "/input/deep/../deep/a.txt": "a", "input/one": "s", "other/deep/a.txt": "a", "inputs": "base",
	} {
		if got := read(t, files, name); got != want {
			t.Errorf("%s holds %q, want %q", name, got, want)
		}
	}
	if diff := cmp.Diff([]string{"a.txt"}, list(t, files, "input/deep")); diff != "" {
		t.Errorf("ReadDir (-want +got):\n%s", diff)
	}
	if info, err := files.Stat("input"); err != nil || !info.IsDir() {
		t.Errorf("Stat(input) = %v, %v", info, err)
	}
	for _, name := range []string{"input/../../secret", "other"} {
		if _, err := files.Open(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Open(%s): %v, want %v", name, err, fs.ErrNotExist)
		}
	}
}

func TestMountsAreReadOnly(t *testing.T) {
	machine := t.TempDir()
	write(t, DirFiles(machine), "a", "a")
	files := MountFiles(DirFiles(t.TempDir()), map[string]string{"input": machine})
	write(t, files, "own", "o")
	for op, err := range map[string]error{
		"create":      second(files.Create("input/a")),
		"rename from": files.Rename("input/a", "b"),
		"rename to":   files.Rename("own", "input/a"),
		"remove":      files.Remove("input/a"),
		"mkdir":       files.MkdirAll("input/d"),
	} {
		if !errors.Is(err, fs.ErrPermission) {
			t.Errorf("%s: %v, want %v", op, err, fs.ErrPermission)
		}
	}
	if got := read(t, files, "input/a"); got != "a" {
		t.Errorf("input/a holds %q", got)
	}
	if err := files.Rename("own", "own2"); err != nil {
		t.Error(err)
	}
	if err := files.MkdirAll("d"); err != nil {
		t.Error(err)
	}
	if err := files.Remove("own2"); err != nil {
		t.Error(err)
	}
}
