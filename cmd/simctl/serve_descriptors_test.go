// SPDX-License-Identifier: Apache-2.0

//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/netty"
)

// TestServeShuffleWithFewDescriptors: however many connect, who is connected gets its blocks.
func TestServeShuffleWithFewDescriptors(t *testing.T) {
	dir := t.TempDir()
	local := filepath.Join(dir, "blockmgr")
	root, err := netty.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer root.Close()
	writeKillBlocks(t, shuffle.Dirs{SubDirs: 64, Local: []shuffle.Dir{{Files: root, Name: "blockmgr", Path: local}}})

	const descriptors, crowd, most = 64, 200, 32
	few := []string{"sh", "-c", fmt.Sprintf("ulimit -n %d && exec simctl \"$@\"", descriptors), "sh"}
	s := serveShuffleBy(t, few, "--listen", "127.0.0.1:0", "--dir", dir)
	if err := s.register("1", local); err != nil {
		t.Fatal(err)
	}
	at, err := api.ParseRpcAddress(s.address)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := netty.NewBlockTransferService(netty.BlockConfig{AppID: "app", MaxRetries: -1}, noBlocks{})
	if err != nil {
		t.Fatal(err)
	}
	defer reader.Close(context.WithoutCancel(t.Context()))
	var ids []string
	for i := range killBlocks {
		ids = append(ids, fmt.Sprintf("shuffle_0_0_%d", i))
	}
	fetch := func(when string) {
		t.Helper()
		for i, b := range api.FetchBlocks(t.Context(), reader, at, "1", ids) {
			if b.Err != nil {
				t.Fatalf("%s: %v", when, b.Err)
			}
			if got, err := b.Data.Bytes(); err != nil || !bytes.Equal(got, killBlock(i)) {
				t.Errorf("%s: %s has %d bytes, %v", when, b.ID, len(got), err)
			}
			b.Data.Release()
		}
	}
	fetch("alone")
	s.count("shuffle_connections") // over a connection that lasts
	for range crowd {
		c, err := net.Dial("tcp", s.address)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
	}
	for looks := 0; s.count("shuffle_connections") != fmt.Sprint(most); looks++ {
		if looks == 10_000 {
			t.Fatalf("%s connections are open, want %d", s.count("shuffle_connections"), most)
		}
	}
	fetch("beside a crowd")
	if code := s.end(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.stderr.String())
	}
}
