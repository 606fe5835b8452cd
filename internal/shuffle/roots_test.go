// SPDX-License-Identifier: Apache-2.0

package shuffle_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/netty"
)

func TestRoots(t *testing.T) {
	empty := netty.DirFiles(t.TempDir())
	roots := shuffle.Roots{{Names: []string{"/data/one/", "/link"}, Files: empty}, {Names: []string{"/data/two"}, Files: empty}}
	for name, want := range map[string]string{
		"/data/one/app/blockmgr":     "app/blockmgr",
		"/data/one/app/blockmgr/":    "app/blockmgr",
		"//data//one/./app/blockmgr": "app/blockmgr",
		"/link/x":                    "x",
		"/data/two/a b/é":            "a b/é",
	} {
		d, err := roots.Dirs(shuffle.ExecutorInfo{LocalDirs: []string{name}, SubDirs: 64})
		if err != nil || d.Local[0].Name != want || d.Local[0].Path != name {
			t.Errorf("%q: %+v, %v", name, d.Local, err)
		}
	}
	for _, name := range []string{
		"", "/", "/data", "/data/one", "/data/one/", "/data/one/..", "/data/one/../../etc", "/data/one/../one/x", "/data/onetwo/x",
		"/etc", "data/one/x", "./data/one/x", "../data/one/x", "/data/one/x\x00y", "/data/one/x\ny", "/data/one/\xff", `C:\data\one\x`,
		"file:/data/one/x", "/data/one/" + strings.Repeat("x", 4096),
	} {
		d, err := roots.Dirs(shuffle.ExecutorInfo{LocalDirs: []string{"/data/two/ok", name}, SubDirs: 64})
		if !errors.Is(err, shuffle.ErrRefused) {
			t.Errorf("%q: %+v, %v", name, d.Local, err)
		}
	}
	for _, info := range []shuffle.ExecutorInfo{
		{SubDirs: 64}, {LocalDirs: []string{"/link/x"}}, {LocalDirs: []string{"/link/x"}, SubDirs: -1},
		{LocalDirs: []string{"/link/x"}, SubDirs: 1 << 30}, {LocalDirs: slices.Repeat([]string{"/link/x"}, 1025), SubDirs: 64},
	} {
		if _, err := roots.Dirs(info); !errors.Is(err, shuffle.ErrRefused) {
			t.Errorf("%d directories, %d sub-folders: %v", len(info.LocalDirs), info.SubDirs, err)
		}
	}
}

// TestRootOfEverything: all is below the root of the machine but itself.
func TestRootOfEverything(t *testing.T) {
	roots := shuffle.Roots{{Names: []string{"/"}, Files: netty.DirFiles(t.TempDir())}}
	for name, good := range map[string]bool{"/": false, "/x": true, "/x/..": false} {
		if _, err := roots.Dirs(shuffle.ExecutorInfo{LocalDirs: []string{name}, SubDirs: 1}); (err == nil) != good {
			t.Errorf("%q: %v", name, err)
		}
	}
}

// TestRefusalIsSparks: the text is the one that Spark's own service refuses with.
func TestRefusalIsSparks(t *testing.T) {
	_, err := shuffle.Roots{}.Dirs(shuffle.ExecutorInfo{LocalDirs: []string{"/etc"}, SubDirs: 1})
	java, ok := err.(interface{ JavaText() string })
	want := "java.lang.IllegalArgumentException: localDirs entry is not under any of the service's local directories: /etc"
	if !ok || java.JavaText() != want {
		t.Error(fmt.Sprint(err), "want", want)
	}
}
