// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"errors"
	"runtime"
	"strings"
	"syscall"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/memnet"
	"github.com/twinwire/twinwire/netty"
)

// TestFileNames: what a machine takes for no name, a simulated disk does not take either, whatever is to be done with it.
func TestFileNames(t *testing.T) {
	t.Run("memnet", func(t *testing.T) { checkNames(t, memnet.New(memnet.Config{}).Host("a").Files()) })
	if runtime.GOOS == "windows" { // its names have other rules
		return
	}
	t.Run("netty", func(t *testing.T) {
		root, err := netty.OpenRoot(t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		defer root.Close()
		checkNames(t, root)
	})
}

func checkNames(t *testing.T, f api.Files) {
	second := func(_ any, err error) error { return err }
	closed := func(file api.File, err error) error {
		if err == nil {
			err = file.Close()
		}
		return err
	}
	if err := errors.Join(f.MkdirAll("dir"), closed(f.Create("dir/file"))); err != nil {
		t.Fatal(err)
	}
	longest := strings.Repeat("x", 255)
	for name, want := range map[string]error{
		longest: nil, longest + "x": syscall.ENAMETOOLONG, "dir/" + longest + "x": syscall.ENAMETOOLONG, longest + "x/y": syscall.ENAMETOOLONG,
		"dir/file/x": syscall.ENOTDIR, "dir/file/x/y": syscall.ENOTDIR,
		"a\x00b": syscall.EINVAL, "dir/\x00": syscall.EINVAL, "a\x00b/y": syscall.EINVAL,
	} {
		for _, one := range []struct {
			what string
			err  error
		}{
			{"create", closed(f.Create(name))},
			{"open", closed(f.Open(name))},
			{"stat", second(f.Stat(name))},
			{"rename", f.Rename(name, "new")},
			{"rename to", f.Rename("dir/file", name)},
			{"rename back", f.Rename(name, "dir/file")},
			{"mkdir", f.MkdirAll(name)},
			{"read dir", second(f.ReadDir(name))},
			{"remove", f.Remove(name)},
		} {
			if !errors.Is(one.err, want) {
				t.Errorf("%s %.20q, %d bytes: %v, want %v", one.what, name, len(name), one.err, want)
			}
		}
	}
}
