// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/twinwire/twinwire/api"
)

func openRoot(t *testing.T, dir string) *Root {
	t.Helper()
	r, err := OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

func TestRoot(t *testing.T) { checkFiles(t, openRoot(t, t.TempDir()), "/") }

func TestRootIsADirectory(t *testing.T) {
	r := openRoot(t, t.TempDir())
	write(t, r, "b", "")
	write(t, r, "a", "")
	for _, name := range []string{"", ".", "/", "../.."} {
		if got := list(t, r, name); !slices.Equal(got, []string{"a", "b"}) {
			t.Errorf("%q lists %v", name, got)
		}
	}
	if _, err := OpenRoot(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

// TestRootDoesNotLetOut: neither ".." nor a link leads out, whatever is asked for.
func TestRootDoesNotLetOut(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Log("links need a privilege there; the rest is checked")
	}
	top := t.TempDir()
	write(t, DirFiles(top), "secret", "top")
	inside := filepath.Join(top, "in")
	for _, dir := range []string{inside, filepath.Join(top, "out")} {
		if err := os.Mkdir(dir, 0o777); err != nil {
			t.Fatal(err)
		}
	}
	for link, to := range map[string]string{"file": "../secret", "dir": "../out", "abs": filepath.Join(top, "secret")} {
		if err := os.Symlink(to, filepath.Join(inside, link)); err != nil && runtime.GOOS != "windows" {
			t.Fatal(err)
		}
	}
	r := openRoot(t, inside)
	write(t, r, "mine", "mine")
	for _, name := range []string{"../secret", "/../secret", "mine/../../secret", "file", "abs", "dir/../../secret", "dir/x"} {
		for op, err := range map[string]error{
			"open": second(r.Open(name)), "stat": second(r.Stat(name)), "readdir": second(r.ReadDir(name)),
		} {
			if err == nil {
				t.Errorf("%s %s leads out", op, name)
			}
		}
	}
	for op, err := range map[string]error{
		"create": second(r.Create("dir/x")), "through a link": second(r.Create("file")), "mkdir": r.MkdirAll("dir/x/y"),
		"rename": r.Rename("mine", "dir/mine"), "rename into": r.Rename("dir/x", "x"), "remove": r.Remove("dir/x"),
	} {
		if err == nil {
			t.Errorf("%s leads out", op)
		}
	}
	if got := read(t, DirFiles(top), "secret"); got != "top" {
		t.Errorf("the secret is %q", got)
	}
	if got := list(t, DirFiles(top), "out"); len(got) > 0 {
		t.Errorf("outside lies %v", got)
	}
	var _ api.Files = r
}
