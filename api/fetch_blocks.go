// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"slices"
)

// FetchedBlock is how one block of [FetchBlocks] ended.
type FetchedBlock struct {
	ID   string
	Data ManagedBuffer // nil when Err is not; release it when done
	Err  error
}

// FetchBlocks fetches blocks and waits until each has come or failed: [BlockTransferService.FetchBlocks] for one who has
// nothing else to do meanwhile. The result has the order of blockIDs; release each Data.
func FetchBlocks(ctx context.Context, s BlockTransferService, from RpcAddress, execID string, blockIDs []string) []FetchedBlock {
	rt := s.Runtime()
	c := &blockCollector{mu: rt.NewMutex(), w: rt.NewWaiter(), blocks: make([]FetchedBlock, len(blockIDs)), index: make(map[string]int, len(blockIDs)), missing: len(blockIDs)}
	for i, id := range blockIDs {
		c.blocks[i].ID = id
		if _, twice := c.index[id]; twice {
			c.again = append(c.again, i)
		} else {
			c.index[id] = i
		}
	}
	s.FetchBlocks(ctx, from, execID, blockIDs, c)
	for {
		c.mu.Lock()
		missing := c.missing
		c.mu.Unlock()
		if missing == 0 {
			return c.blocks
		}
		// The service answers for every block when ctx ends, so there is no need to end this wait early.
		_ = c.w.Wait(nil) //nolint:staticcheck // a nil context never ends a wait
	}
}

type blockCollector struct {
	w     Waiter
	index map[string]int // where each block stands first

	mu      Mutex
	blocks  []FetchedBlock
	again   []int // where a block stands another time, and has not ended
	missing int
}

func (c *blockCollector) OnBlockFetchSuccess(id string, data ManagedBuffer) {
	data.Retain()
	c.end(FetchedBlock{ID: id, Data: data})
}

func (c *blockCollector) OnBlockFetchFailure(id string, cause error) {
	c.end(FetchedBlock{ID: id, Err: cause})
}

func (c *blockCollector) end(b FetchedBlock) {
	c.mu.Lock()
	i, wanted := c.placeLocked(b.ID)
	if wanted {
		c.blocks[i] = b
		c.missing--
	}
	c.mu.Unlock()
	if !wanted && b.Data != nil {
		b.Data.Release()
	}
	c.w.Wake()
}

// placeLocked finds a place of the block that has not ended.
func (c *blockCollector) placeLocked(id string) (i int, wanted bool) {
	if i = c.index[id]; c.blocks[i].Data == nil && c.blocks[i].Err == nil {
		return i, true
	}
	at := slices.IndexFunc(c.again, func(i int) bool { return c.blocks[i].ID == id })
	if at < 0 {
		return 0, false
	}
	i = c.again[at]
	c.again = slices.Delete(c.again, at, at+1)
	return i, true
}
