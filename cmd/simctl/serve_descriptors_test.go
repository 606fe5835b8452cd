// SPDX-License-Identifier: Apache-2.0

//go:build unix

package main

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/netty"
)

// TestServeShuffleWithFewDescriptors: however many connect, who is connected gets its blocks.
func TestServeShuffleWithFewDescriptors(t *testing.T) {
	const descriptors, crowd, most = 64, 200, 32
	few := []string{"sh", "-c", fmt.Sprintf("ulimit -n %d && exec simctl \"$@\"", descriptors), "sh"}
	s, _, reader, at, ids := serveKillBlocks(t, few, netty.BlockConfig{AppID: "app", MaxRetries: -1})
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
	if said := s.stderr.String(); !strings.Contains(said, fmt.Sprintf("at most %d connections at a time", most)) {
		t.Errorf("it said\n%s", said)
	}
}
