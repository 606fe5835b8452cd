// SPDX-License-Identifier: Apache-2.0

//go:build unix

package netty

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// TestRootOpensNoPipe: a pipe is refused, whether somebody writes to it or opening it would take for ever.
func TestRootOpensNoPipe(t *testing.T) {
	dir := t.TempDir()
	r := openRoot(t, dir)
	pipe := filepath.Join(dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	writer, err := os.OpenFile(pipe, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	refused := func(when string) {
		t.Helper()
		if _, err := r.Open("pipe"); !errors.Is(err, fs.ErrInvalid) {
			t.Fatalf("%s: %v", when, err)
		}
		if _, err := r.OpenInside("", "pipe"); !errors.Is(err, fs.ErrInvalid) {
			t.Fatalf("%s, inside: %v", when, err)
		}
	}
	refused("with a writer")
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	refused("without one")
}
