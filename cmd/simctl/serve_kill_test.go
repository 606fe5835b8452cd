// SPDX-License-Identifier: Apache-2.0

//go:build unix

package main

import (
	"bytes"
	"context"
	"fmt"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/netty"
)

// The output that is fetched while its service is killed.
const killBlocks, killBlockSize = 200, 200_000

func killBlock(i int) []byte {
	return bytes.Repeat([]byte{byte(i), byte(i >> 8), 'x', 'y'}, killBlockSize/4)
}

// TestServeShuffleIsKilled: while blocks are fetched the service is killed and started again. Every block comes, once,
// and is right.
func TestServeShuffleIsKilled(t *testing.T) { endInTheMidst(t, syscall.SIGKILL, -1) }

// TestServeShuffleIsStopped: who asks it to stop while blocks are fetched, and are not taken, stops it all the same, and
// that is no failure.
func TestServeShuffleIsStopped(t *testing.T) {
	if said := endInTheMidst(t, syscall.SIGTERM, 0); !strings.Contains(said, "simctl: cut connections") {
		t.Errorf("it said\n%s", said)
	}
}

// endInTheMidst ends the service by a signal and returns what it said until then.
func endInTheMidst(t *testing.T, sig syscall.Signal, want int) (said string) {
	t.Helper()
	s, dir, reader, at, ids := serveKillBlocks(t, []string{"simctl"}, netty.BlockConfig{
		AppID: "app", MaxRetries: 1000, RetryWait: 10 * time.Millisecond, Network: netty.TCP(netty.TCPConfig{ReceiveBuffer: 64 << 10}),
	})
	got := &killed{t: t, seen: map[string]int{}, some: make(chan struct{}), goOn: make(chan struct{}), all: make(chan struct{})}
	reader.FetchBlocks(t.Context(), at, "1", ids, got)
	<-got.some
	s.handsOverNoMore() // else what was handed over may be no more than the sockets hold
	if code := s.end(sig); code != want {
		t.Errorf("exit code %d, want %d\n%s", code, want, s.stderr.String())
	}
	said = s.stderr.String()
	close(got.goOn)
	s = serveShuffle(t, "--listen", s.address, "--dir", dir)
	<-got.all
	if reader.Stats().Retries == 0 {
		t.Error("no retry: the kill came too late")
	}
	if code := s.end(syscall.SIGTERM); code != 0 {
		t.Errorf("exit code %d\n%s", code, s.stderr.String())
	}
	return said
}

// handsOverNoMore waits until the service has handed over as much as it does to one who takes nothing: more than six megabytes,
// four of which wait behind the socket.
func (s *shuffleService) handsOverNoMore() {
	s.t.Helper()
	const least, looks = 30, 20
	last, same := 0, 0
	for all := 0; last < least || same < looks; all++ {
		if all == 10_000 {
			s.t.Fatalf("%d chunks are handed over", last)
		}
		n, err := strconv.Atoi(s.count("shuffle_chunks_total"))
		if err != nil {
			s.t.Fatal(err)
		}
		if same++; n != last {
			last, same = n, 0
		}
	}
}

// serveKillBlocks has a command serve the blocks of executor 1, which are below dir, and returns who fetches them from at.
func serveKillBlocks(t *testing.T, command []string, cfg netty.BlockConfig) (s *shuffleService, dir string, reader api.BlockTransferService, at api.RpcAddress, ids []string) {
	t.Helper()
	dir = t.TempDir()
	local := filepath.Join(dir, "blockmgr")
	root, err := netty.OpenRoot(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { root.Close() })
	writeKillBlocks(t, shuffle.Dirs{SubDirs: 64, Local: []shuffle.Dir{{Files: root, Name: "blockmgr", Path: local}}})
	s = serveShuffleBy(t, command, "--listen", "127.0.0.1:0", "--dir", dir)
	if err := s.register("1", local); err != nil {
		t.Fatal(err)
	}
	if at, err = api.ParseRpcAddress(s.address); err != nil {
		t.Fatal(err)
	}
	if reader, err = netty.NewBlockTransferService(cfg, noBlocks{}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { reader.Close(context.WithoutCancel(t.Context())) })
	for i := range killBlocks {
		ids = append(ids, fmt.Sprintf("shuffle_0_0_%d", i))
	}
	return s, dir, reader, at, ids
}

func writeKillBlocks(t *testing.T, d shuffle.Dirs) {
	t.Helper()
	out, err := shuffle.NewStore(netty.NewRuntime(), shuffle.StoreConfig{}).NewWriter(d, shuffle.MapOutput{}, "")
	if err != nil {
		t.Fatal(err)
	}
	for i := range killBlocks {
		if _, err := out.Write(killBlock(i)); err != nil {
			t.Fatal(err)
		}
		out.EndBlock()
	}
	if _, err := out.Commit(); err != nil {
		t.Fatal(err)
	}
}

// killed takes blocks. After the tenth it waits until the service is dead, so that most cannot have come.
type killed struct {
	t    *testing.T
	seen map[string]int
	some chan struct{}
	goOn chan struct{}
	all  chan struct{}
}

// OnBlockFetchSuccess implements api.BlockFetchingListener.
func (k *killed) OnBlockFetchSuccess(id string, data api.ManagedBuffer) {
	var i int
	if _, err := fmt.Sscanf(id, "shuffle_0_0_%d", &i); err != nil {
		k.t.Error(err)
	}
	if b, err := data.Bytes(); err != nil || !bytes.Equal(b, killBlock(i)) {
		k.t.Errorf("%s: %d bytes, %v", id, len(b), err)
	}
	k.end(id)
}

// OnBlockFetchFailure implements api.BlockFetchingListener.
func (k *killed) OnBlockFetchFailure(id string, cause error) {
	k.t.Errorf("%s: %v", id, cause)
	k.end(id)
}

func (k *killed) end(id string) {
	if k.seen[id]++; k.seen[id] > 1 {
		k.t.Errorf("%s ended twice", id)
	}
	switch len(k.seen) {
	case 10:
		close(k.some)
		<-k.goOn
	case killBlocks:
		close(k.all)
	}
}

// noBlocks is a manager without blocks.
type noBlocks struct{}

func (noBlocks) GetBlockData(string) (api.ManagedBuffer, error)       { return nil, api.ErrBlockNotFound }
func (noBlocks) PutBlockData(string, api.ManagedBuffer, []byte) error { return api.ErrBlockNotFound }
