// SPDX-License-Identifier: Apache-2.0

//go:build unix

package main

import (
	"os"
	"strconv"
	"syscall"
	"testing"
)

// TestServeShuffleUnheard: it goes on when nobody reads any more what it says, as when the keeper of logs is started again.
func TestServeShuffleUnheard(t *testing.T) {
	lines, end, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	s := startShuffle(t, []string{"simctl"}, end, "--listen", "127.0.0.1:0", "--dir", dir)
	end.Close()
	lines.Close()
	for i := range 3 {
		if err := s.register(strconv.Itoa(i), dir+"/blockmgr"); err != nil {
			t.Error(err)
		}
	}
	if code := s.end(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d", code)
	}
}
