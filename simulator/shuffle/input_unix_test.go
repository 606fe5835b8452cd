// SPDX-License-Identifier: Apache-2.0

//go:build unix

package shuffle_test

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/twinwire/twinwire/netty"
	"github.com/twinwire/twinwire/simulator/shuffle"
)

func TestLinksAndPipesAreLeftOut(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{"in/a.txt": "one", "out/b.txt": "two", "name\xff": "three"})
	for link, to := range map[string]string{"in/link.txt": "a.txt", "in/folder": "../out", "root": "in", "in/dangling": "nothing"} {
		if err := os.Symlink(to, filepath.Join(dir, link)); err != nil {
			t.Fatal(err)
		}
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "in", "pipe"), 0o666); err != nil {
		t.Fatal(err)
	}
	for input, want := range map[string]string{"in": "one", "root": "one", "in/link.txt": "one", "in/folder": "two", ".": "one three two"} {
		p, err := shuffle.CountPlain(netty.OSFiles(), []shuffle.Input{{Path: filepath.ToSlash(dir) + "/" + input}})
		if err != nil {
			t.Fatal(err)
		}
		if got := topText(p); got != want || p.SkippedFiles != 0 {
			t.Errorf("%s: %q, want %q; %d skipped", input, got, want, p.SkippedFiles)
		}
	}
	if _, err := shuffle.CountPlain(netty.OSFiles(), []shuffle.Input{{Path: filepath.ToSlash(dir) + "/in/pipe"}}); err == nil {
		t.Error("a pipe was read")
	}
}
