// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/endtest"
	"github.com/twinwire/twinwire/netty"
)

// store is a block manager over a map.
type store struct {
	mu     sync.Mutex
	blocks map[string]api.ManagedBuffer
}

func (s *store) GetBlockData(id string) (api.ManagedBuffer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if b := s.blocks[id]; b != nil {
		return b, nil
	}
	return nil, fmt.Errorf("block %s: %w", id, api.ErrBlockNotFound)
}

func (s *store) PutBlockData(id string, data api.ManagedBuffer, metadata []byte) error {
	if strings.HasPrefix(id, "refused") {
		return errors.New("no room")
	}
	b, err := data.Bytes()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.blocks[id] = api.NewBytesBuffer(append(slices.Clip(metadata), b...))
	return nil
}

func newService(t *testing.T, cfg netty.BlockConfig, s *store) api.BlockTransferService {
	t.Helper()
	svc, err := netty.NewBlockTransferService(cfg, s)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { endtest.Must(t.Context(), t, svc.Runtime(), svc.Close) })
	return svc
}

func random(n int) []byte {
	b := make([]byte, n)
	r := rand.NewChaCha8([32]byte{1})
	r.Read(b) // never fails
	return b
}

// TestFetchKinds fetches blocks from memory and from a file, small, empty and larger than every buffer on the way.
func TestFetchKinds(t *testing.T) {
	large := random(5 << 20)
	name := filepath.Join(t.TempDir(), "data")
	if err := os.WriteFile(name, large, 0o600); err != nil {
		t.Fatal(err)
	}
	server := &store{blocks: map[string]api.ManagedBuffer{
		"shuffle_0_1_0": api.NewBytesBuffer([]byte("one")),
		"shuffle_0_2_0": api.NewBytesBuffer(nil),
		"shuffle_0_1_1": api.NewBytesBuffer(large),
		"shuffle_0_2_1": api.NewFileSegment(netty.OSFiles(), filepath.ToSlash(name), 1000, 4<<20),
		"rdd_1_1":       api.NewBytesBuffer([]byte("rdd")),
	}}
	a := newService(t, netty.BlockConfig{}, server)
	b := newService(t, netty.BlockConfig{}, &store{})
	want := map[string][]byte{"shuffle_0_1_0": []byte("one"), "shuffle_0_2_0": {}, "shuffle_0_1_1": large, "shuffle_0_2_1": large[1000 : 1000+4<<20]}
	for _, got := range api.FetchBlocks(t.Context(), b, a.Address(), "1", []string{"shuffle_0_1_0", "shuffle_0_2_0", "shuffle_0_1_1", "shuffle_0_2_1"}) {
		if got.Err != nil {
			t.Fatal(got.ID, got.Err)
		}
		data, err := got.Data.Bytes()
		if err != nil || !bytes.Equal(data, want[got.ID]) {
			t.Errorf("%s: %d bytes, want %d, %v", got.ID, len(data), len(want[got.ID]), err)
		}
		got.Data.Release()
	}
	if got := api.FetchBlocks(t.Context(), b, a.Address(), "1", []string{"rdd_1_1"}); got[0].Err != nil {
		t.Error("by name:", got[0].Err)
	}
	if s := b.Stats(); s.BlocksRequested != 5 || s.BlocksReceived != 5 || s.Retries != 0 {
		t.Errorf("stats %+v", s)
	}
}

func TestFetchMissing(t *testing.T) {
	a := newService(t, netty.BlockConfig{}, &store{blocks: map[string]api.ManagedBuffer{"rdd_1_1": api.NewBytesBuffer(nil)}})
	b := newService(t, netty.BlockConfig{}, &store{})
	for _, got := range api.FetchBlocks(t.Context(), b, a.Address(), "1", []string{"rdd_1_1", "rdd_1_2"}) {
		if !errors.Is(got.Err, api.ErrBlockNotFound) {
			t.Errorf("%s: %v", got.ID, got.Err)
		}
	}
}

func TestUpload(t *testing.T) {
	server := &store{blocks: map[string]api.ManagedBuffer{}}
	a := newService(t, netty.BlockConfig{}, server)
	b := newService(t, netty.BlockConfig{MaxBlockInMemory: 1000}, &store{})
	for id, size := range map[string]int{"rdd_5_5": 10, "rdd_5_6": 1001, "shuffle_1_1_1": 5, "rdd_5_7": 3 << 20} {
		data := random(size)
		if err := b.UploadBlock(t.Context(), a.Address(), "1", id, api.NewBytesBuffer(data), []byte("meta")); err != nil {
			t.Fatal(id, err)
		}
		got, err := server.blocks[id].Bytes()
		if err != nil || !bytes.Equal(got, append([]byte("meta"), data...)) {
			t.Errorf("%s: stored %d bytes", id, len(got))
		}
	}
	for _, size := range []int{10, 2000} {
		err := b.UploadBlock(t.Context(), a.Address(), "1", "refused_1", api.NewBytesBuffer(random(size)), nil)
		if err == nil || !strings.HasPrefix(err.Error(), "upload refused_1 "+a.Address().HostPort()) || !strings.Contains(err.Error(), "no room") {
			t.Errorf("%d bytes: %v", size, err)
		}
	}
}
