// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
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
