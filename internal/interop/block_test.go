// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/netty"
)

// blocks are the blocks of BlockPeer.java: "rdd_0_N" is N bytes of the pattern, "shuffle_S_M_R" is 100 S + 10 M + R
// bytes, a batch "shuffle_S_M_R1_R2" as many as its blocks have together; "rdd_9_9" is not there.
type blocks struct {
	mu  sync.Mutex
	put []string
}

var _ api.BlockDataManager = (*blocks)(nil)

func (b *blocks) GetBlockData(id string) (api.ManagedBuffer, error) {
	if id == "rdd_9_9" {
		return nil, fmt.Errorf("block %s: %w", id, api.ErrBlockNotFound)
	}
	size, err := sizeOf(id)
	return api.NewBytesBuffer(pattern(size)), err
}

func sizeOf(id string) (int, error) {
	var n []int
	parts := strings.Split(id, "_")
	for _, part := range parts[1:] {
		i, err := strconv.Atoi(part)
		if err != nil {
			return 0, err
		}
		n = append(n, i)
	}
	if parts[0] == "rdd" {
		return n[1], nil
	}
	if len(n) == 3 {
		n = append(n, n[2]+1)
	}
	size := 0
	for r := n[2]; r < n[3]; r++ {
		size += 100*n[0] + 10*n[1] + r
	}
	return size, nil
}

func (b *blocks) PutBlockData(id string, data api.ManagedBuffer, metadata []byte) error {
	p, err := data.Bytes()
	b.mu.Lock()
	b.put = append(b.put, fmt.Sprintf("%s %s %x", id, sum(p), metadata))
	b.mu.Unlock()
	return err
}

func newBlockService(t *testing.T, cfg netty.BlockConfig, b *blocks) api.BlockTransferService {
	t.Helper()
	s, err := netty.NewBlockTransferService(cfg, b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	return s
}

// TestSparkFetcherOurBlocks has Spark's OneForOneBlockFetcher fetch from our service, and uploads made of Spark's
// messages arrive there.
func TestSparkFetcherOurBlocks(t *testing.T) {
	b := &blocks{}
	s := newBlockService(t, netty.BlockConfig{}, b)
	expectChecks(t, startJVM(t, "block-client", s.Address().HostPort()),
		"open blocks", "fetch shuffle blocks", "fetch shuffle blocks in batches", "open blocks of a shuffle", "blocks to files",
		"missing block", "upload in one message", "upload as a stream", "garbage")
	want := []string{"rdd_1_1 " + sum(pattern(1000)) + " 010203", "rdd_1_2 " + sum(pattern(1_000_000)) + " 010203"}
	if got := fmt.Sprint(b.put); got != fmt.Sprint(want) {
		t.Errorf("uploads: got %v, want %v", got, want)
	}
}

// TestOurFetcherSparkBlocks has our service fetch from Spark's NettyBlockRpcServer and upload to it.
func TestOurFetcherSparkBlocks(t *testing.T) {
	server := startJVM(t, "block-server")
	address, metadata, _ := strings.Cut(await(t, server, "ready"), " ")
	meta, err := hex.DecodeString(metadata)
	if err != nil {
		t.Fatal(err)
	}
	to := parseAddress(t, address)
	s := newBlockService(t, netty.BlockConfig{MaxBlockInMemory: 10_000, MaxRetries: -1}, &blocks{})
	for _, ids := range [][]string{
		{"rdd_0_10", "rdd_0_0", "rdd_0_1000000"},
		{"shuffle_1_2_3", "shuffle_1_5_3", "shuffle_1_2_4"},
	} {
		for _, got := range api.FetchBlocks(t.Context(), s, to, "1", ids) {
			expectBlock(t, got)
		}
	}
	got := api.FetchBlocks(t.Context(), s, to, "1", []string{"rdd_9_9"})
	if !errors.Is(got[0].Err, api.ErrBlockNotFound) {
		t.Errorf("missing block: %v", got[0].Err)
	}
	for id, size := range map[string]int{"rdd_1_1": 1000, "rdd_1_2": 1_000_000, "shuffle_1_2_3": 10} {
		if err := s.UploadBlock(t.Context(), to, "1", id, api.NewBytesBuffer(pattern(size)), meta); err != nil {
			t.Error(err)
			continue
		}
		want := fmt.Sprintf("%s %s Disk Serialized 1x Replicated", id, sum(pattern(size)))
		if put := await(t, server, "put"); put != want {
			t.Errorf("upload: got %q, want %q", put, want)
		}
	}
}

func expectBlock(t *testing.T, got api.FetchedBlock) {
	t.Helper()
	if got.Err != nil {
		t.Errorf("%s: %v", got.ID, got.Err)
		return
	}
	defer got.Data.Release()
	size, err := sizeOf(got.ID)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := got.Data.Bytes(); err != nil || !bytes.Equal(b, pattern(size)) {
		t.Errorf("%s: got %s, %v, want %s", got.ID, sum(b), err, sum(pattern(size)))
	}
}

func parseAddress(t *testing.T, address string) api.RpcAddress {
	t.Helper()
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(port)
	if err != nil {
		t.Fatal(err)
	}
	return api.NewRpcAddress(host, n)
}
