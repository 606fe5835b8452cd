// SPDX-License-Identifier: Apache-2.0

package shuffle_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/netty"
)

// TestAnIndexThatWaitedForItsName: two attempts write their indexes in one tick of the disk's clock, of one length, and the second
// one gets the name long after the first one was read.
func TestAnIndexThatWaitedForItsName(t *testing.T) {
	dir := t.TempDir()
	w := &world{t, t.Context(), netty.NewRuntime(), netty.OSFiles()}
	dirs := shuffle.Dirs{SubDirs: 64, Local: []shuffle.Dir{{Files: w.files, Name: dir + "/first", Path: "/first"}}}
	late := shuffle.Dirs{SubDirs: 64, Local: []shuffle.Dir{{Files: w.files, Name: dir + "/late", Path: "/late"}}}
	m, reader, tick := shuffle.MapOutput{}, w.store(), time.Now().Add(-time.Minute)
	w.write(w.store(), dirs, m, "a", "bbb")
	w.write(w.store(), late, m, "ccc", "d")
	for _, d := range []shuffle.Dirs{dirs, late} {
		if err := os.Chtimes(d.Find(m.IndexFile()).Name, tick, tick); err != nil {
			t.Fatal(err)
		}
	}
	if got := text(w, reader, dirs, m, 0, 1); got != "a" {
		t.Fatalf("%q", got)
	}
	for _, name := range []string{m.DataFile(), m.IndexFile()} {
		if err := os.Rename(filepath.FromSlash(late.Find(name).Name), filepath.FromSlash(dirs.Find(name).Name)); err != nil {
			t.Fatal(err)
		}
	}
	if got := text(w, reader, dirs, m, 0, 1); got != "ccc" {
		t.Errorf("%q is served, which is not what the files hold", got)
	}
}
