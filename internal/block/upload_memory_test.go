// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/netty"
)

// sizes notes how large the uploads are.
type sizes struct {
	noBlocks
	got []int64
}

func (s *sizes) PutBlockData(_ string, data api.ManagedBuffer, _ []byte) error {
	s.got = append(s.got, data.Size())
	return nil
}

// TestUploadsCostWhatTheyHold in memory, and nothing when they are larger than what may be there.
func TestUploadsCostWhatTheyHold(t *testing.T) {
	const size, slack = 48 << 20, 8 << 20
	name := filepath.Join(t.TempDir(), "hole")
	if err := os.WriteFile(name, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(name, size); err != nil {
		t.Fatal(err)
	}
	client, err := netty.NewBlockTransferService(api.BlockTransferConfig{MaxBlockInMemory: 1}, noBlocks{})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close(t.Context())
	for _, c := range []struct {
		name string
		cfg  api.BlockTransferConfig
		most uint64 // bytes allocated
		fits bool
	}{
		{"memory", api.BlockTransferConfig{}, size + slack, true},
		{"file", api.BlockTransferConfig{MaxBlockInMemory: size / 2, UploadDir: t.TempDir()}, slack, true},
		{"file, for want of memory", api.BlockTransferConfig{UploadMemory: size / 2, UploadDir: t.TempDir()}, slack, true},
		{"too much for memory", api.BlockTransferConfig{UploadMemory: size / 2}, slack, false},
		{"too large", api.BlockTransferConfig{MaxFrameSize: size / 2}, slack, false},
	} {
		m := &sizes{}
		server, err := netty.NewBlockTransferService(c.cfg, m)
		if err != nil {
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		err = client.UploadBlock(t.Context(), server.Address(), "1", "rdd_1_1", api.NewFileSegment(netty.OSFiles(), name, 0, size), nil)
		runtime.ReadMemStats(&after)
		if c.fits != (err == nil) || !c.fits && !errors.Is(err, api.ErrMessageTooLarge) || c.fits && (len(m.got) != 1 || m.got[0] != size) {
			t.Errorf("%s: %v, stored %d", c.name, err, m.got)
		}
		if made := after.TotalAlloc - before.TotalAlloc; made > c.most {
			t.Errorf("%s: %d MiB of memory were made, want at most %d", c.name, made>>20, c.most>>20)
		}
		if err := server.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// keeper keeps what is uploaded.
type keeper struct {
	noBlocks
	got map[string]api.ManagedBuffer
}

func (k *keeper) PutBlockData(id string, data api.ManagedBuffer, _ []byte) error {
	data.Retain()
	k.got[id] = data
	return nil
}

// TestUploadsByMessageAreNotCopied, at neither side: they are received into memory that grows, up to their size, and stay there.
func TestUploadsByMessageAreNotCopied(t *testing.T) {
	const size, most = 24<<20 + 1, 32<<20 + 24<<20 + 8<<20
	content := random(size)
	name := filepath.Join(t.TempDir(), "block")
	if err := os.WriteFile(name, content, 0o600); err != nil {
		t.Fatal(err)
	}
	client, err := netty.NewBlockTransferService(api.BlockTransferConfig{}, noBlocks{})
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close(t.Context())
	k := &keeper{got: map[string]api.ManagedBuffer{}}
	server, err := netty.NewBlockTransferService(api.BlockTransferConfig{}, k)
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close(t.Context())
	for id, block := range map[string]api.ManagedBuffer{
		"rdd_1_1": api.NewBytesBuffer(content), "rdd_1_2": api.NewFileSegment(netty.OSFiles(), name, 0, size),
	} {
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if err := client.UploadBlock(t.Context(), server.Address(), "1", id, block, []byte("how")); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if made := after.TotalAlloc - before.TotalAlloc; made > most {
			t.Errorf("%s: %d MiB of memory were made", id, made>>20)
		}
	}
	for id, data := range k.got {
		if b, err := data.Bytes(); err != nil || !bytes.Equal(b, content) {
			t.Errorf("%s: kept %d bytes, or others, %v", id, len(b), err)
		}
	}
	if len(k.got) != 2 {
		t.Errorf("%d blocks", len(k.got))
	}
}

// TestUploadOfAMissingFile fails alone, whether it is as a stream or inside a message.
func TestUploadOfAMissingFile(t *testing.T) {
	inWorlds(t, func(s *stage) {
		stored := &sizes{}
		to := s.service(s.far, api.BlockTransferConfig{}, stored).Address()
		for _, most := range []int64{0, 1} {
			from := s.service(s.near, api.BlockTransferConfig{MaxBlockInMemory: most}, noBlocks{})
			for _, size := range []int64{100, 100_000} {
				missing := api.NewFileSegment(s.near.files, "missing", 0, size)
				if err := from.UploadBlock(s.ctx, to, "1", "rdd_1_1", missing, nil); !errors.Is(err, fs.ErrNotExist) || errors.Is(err, api.ErrConnectionClosed) {
					s.Errorf("%d bytes, at most %d in a message: %v", size, most, err)
				}
			}
			if err := from.UploadBlock(s.ctx, to, "1", "rdd_1_2", api.NewBytesBuffer(random(100_000)), nil); err != nil {
				s.Error(err)
			}
		}
		if !slices.Equal(stored.got, []int64{100_000, 100_000}) {
			s.Errorf("stored %v", stored.got)
		}
	})
}
