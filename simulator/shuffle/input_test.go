// SPDX-License-Identifier: Apache-2.0

package shuffle_test

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/netty"
	"github.com/twinwire/twinwire/simulator/shuffle"
)

// write makes files in a folder, by path.
func write(t *testing.T, dir string, files map[string]string) {
	t.Helper()
	for name, text := range files {
		full := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
	}
}

// topText is the top words of a plain count, in one line.
func topText(p shuffle.Plain) string {
	var b strings.Builder
	for _, w := range p.Top {
		for range w.Count {
			b.WriteString(w.Word + " ")
		}
	}
	return strings.TrimSuffix(b.String(), " ")
}

func TestWhatIsReadOfAFolder(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{
		"a.txt":            "One",
		"deep/er/b.txt":    "two",
		"empty.txt":        "",
		".hidden":          "no",
		".git/c.txt":       "no",
		"binary":           "no\x00no",
		"late":             strings.Repeat(".", 7999) + "x" + "\x00three",
		"just":             strings.Repeat(".", 7999) + "\x00no",
		"deep/.also/d.txt": "no",
	})
	p, err := shuffle.CountPlain(netty.OSFiles(), []shuffle.Input{{Path: filepath.ToSlash(dir)}})
	if err != nil {
		t.Fatal(err)
	}
	if got := topText(p); got != "one three two x" || p.InputFiles != 4 || p.SkippedFiles != 2 || p.InputBytes != 3+3+8000+6 {
		t.Errorf("%q in %d files, %d skipped, %d bytes", got, p.InputFiles, p.SkippedFiles, p.InputBytes)
	}
}

func TestWhatIsNamedIsRead(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, map[string]string{".hidden": "one", "binary": "two\x00"})
	at := func(name string) shuffle.Input {
		return shuffle.Input{Path: filepath.ToSlash(filepath.Join(dir, name))}
	}
	p, err := shuffle.CountPlain(netty.OSFiles(), []shuffle.Input{at(".hidden"), at("binary"), at(".hidden")})
	if err != nil {
		t.Fatal(err)
	}
	if got := topText(p); got != "one one two" || p.InputFiles != 3 || p.SkippedFiles != 0 {
		t.Errorf("%q in %d files, %d skipped", got, p.InputFiles, p.SkippedFiles)
	}
}

func TestInputErrorsNameWhatTheUserNamed(t *testing.T) {
	dir := t.TempDir()
	in := shuffle.Input{Path: filepath.ToSlash(filepath.Join(dir, "gone")), Shown: "my/gone"}
	_, err := shuffle.CountPlain(netty.OSFiles(), []shuffle.Input{in})
	if err == nil || !strings.HasPrefix(err.Error(), "read my/gone: ") || strings.Contains(err.Error(), dir) || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
	if !shuffle.IsClean(err) {
		t.Error("not clean")
	}
}
