// SPDX-License-Identifier: Apache-2.0

package api

import "context"

// FetchedBlock is how one block of [FetchBlocks] ended.
type FetchedBlock struct {
	ID   string
	Data ManagedBuffer // nil when Err is not; release it when done
	Err  error
}

// FetchBlocks fetches blocks and waits until each has come or failed: [BlockTransferService.FetchBlocks] for one who has
// nothing else to do meanwhile. The result has the order of blockIDs, whose members must differ; release each Data.
func FetchBlocks(ctx context.Context, s BlockTransferService, from RpcAddress, execID string, blockIDs []string) []FetchedBlock {
	rt := s.Runtime()
	c := &blockCollector{mu: rt.NewMutex(), w: rt.NewWaiter(), blocks: make([]FetchedBlock, len(blockIDs)), index: make(map[string]int, len(blockIDs))}
	for i, id := range blockIDs {
		c.blocks[i].ID = id
		c.index[id] = i
	}
	c.missing = len(c.index)
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
	index map[string]int

	mu      Mutex
	blocks  []FetchedBlock
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
	i := c.index[b.ID]
	first := c.blocks[i].Data == nil && c.blocks[i].Err == nil
	if first {
		c.blocks[i] = b
		c.missing--
	}
	c.mu.Unlock()
	if !first && b.Data != nil {
		b.Data.Release()
	}
	c.w.Wake()
}
