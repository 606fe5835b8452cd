// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// TestBlocksAboveMaxFrameSize: a block that is larger than the fetching side takes fails alone, is not tried again and says
// why; so does a request that is too large for the server.
func TestBlocksAboveMaxFrameSize(t *testing.T) {
	inWorlds(t, func(s *stage) {
		blocks := map[string]api.ManagedBuffer{}
		sizes := map[string]int{"rdd_0_0": 10, "rdd_0_1": 300_000, "rdd_0_2": 20_000, "rdd_0_3": 100_000, "rdd_0_4": 0}
		for id, n := range sizes {
			blocks[id] = api.NewBytesBuffer(random(n))
		}
		server := s.service(s.far, api.BlockTransferConfig{MaxFrameSize: 2_000}, &store{blocks: blocks})
		client := s.service(s.near, api.BlockTransferConfig{MaxFrameSize: 50_000, RetryWait: 1}, noBlocks{})
		for _, got := range api.FetchBlocks(s.ctx, client, server.Address(), "1", []string{"rdd_0_0", "rdd_0_1", "rdd_0_2", "rdd_0_3", "rdd_0_4"}) {
			large := sizes[got.ID] > 50_000
			if large && (!errors.Is(got.Err, api.ErrMessageTooLarge) || !strings.Contains(got.Err.Error(), "BlockTransfer.MaxFrameSize")) || !large && got.Err != nil {
				s.Errorf("%s of %d bytes: %v", got.ID, sizes[got.ID], got.Err)
			}
			if got.Err != nil {
				continue
			}
			if b, err := got.Data.Bytes(); string(b) != string(random(sizes[got.ID])) || err != nil {
				s.Errorf("%s: %d bytes, or others than its own: %v", got.ID, len(b), err)
			}
			got.Data.Release()
		}
		many := make([]string, 1_000)
		for i := range many {
			many[i] = fmt.Sprint("rdd_1_", i)
		}
		for _, got := range api.FetchBlocks(s.ctx, client, server.Address(), "1", many) {
			if !errors.Is(got.Err, api.ErrMessageTooLarge) {
				s.Fatalf("%s: %v", got.ID, got.Err)
			}
		}
		if n := client.Stats().Retries; n != 0 {
			s.Errorf("%d retries", n)
		}
	})
}
