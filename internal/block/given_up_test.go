// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"sync/atomic"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// gated is a block manager that waits for a gate before it hands over a block, and another before it takes an upload.
type gated struct {
	noBlocks
	*stage
	block    api.ManagedBuffer
	get, put *api.Queue[int]
	asked    atomic.Int32
}

func (g *gated) GetBlockData(string) (api.ManagedBuffer, error) {
	g.asked.Add(1)
	_, err := g.get.Get(g.ctx)
	return g.block, err
}

func (g *gated) PutBlockDataAsStream(string, []byte) (api.BlockSink, error) { return g, nil }

func (g *gated) Write(p []byte) (int, error) {
	if g.asked.Add(1) == 2 {
		if _, err := g.put.Get(g.ctx); err != nil {
			return 0, err
		}
	}
	return len(p), nil
}

func (*gated) Commit() error { return nil }
func (*gated) Abort(error)   {}

// TestGivenUpWhileOpening: blocks that were opened for a fetch that is given up, while its requests wait behind an upload, are
// asked for all the same: the other side would hold them as long as the connection lasts.
func TestGivenUpWhileOpening(t *testing.T) {
	inWorlds(t, func(s *stage) {
		block := counted(random(1000))
		m := &gated{stage: s, block: block, get: api.NewQueue[int](s.rt, 1), put: api.NewQueue[int](s.rt, 1)}
		at := s.service(s.far, api.BlockTransferConfig{}, m).Address()
		client := s.service(s.near, api.BlockTransferConfig{MaxBlockInMemory: 1}, noBlocks{})
		ctx, cancel := api.WithCancel(s.ctx, s.rt)
		defer cancel()
		h := newHeard()
		client.FetchBlocks(ctx, at, "1", []string{"rdd_0_0"}, h)
		s.until("the request", func() bool { return m.asked.Load() == 1 })
		uploads := api.NewGroup(s.rt)
		uploads.Go("upload", func() error {
			return client.UploadBlock(s.ctx, at, "1", "rdd_1_1", api.NewBytesBuffer(make([]byte, 64<<20)), nil)
		})
		s.sleep(s.short) // until it waits for the other side
		open := func(q *api.Queue[int]) {
			if err := q.Put(s.ctx, 0); err != nil {
				s.Error(err)
			}
		}
		open(m.get)
		s.until("the upload's beginning", func() bool { return m.asked.Load() == 2 })
		cancel()
		s.until("the failure", func() bool { return h.count() == 1 })
		s.sleep(s.short) // until the blocks are asked for, or not
		open(m.put)
		if err := uploads.Wait(s.ctx); err != nil {
			s.Error(err)
		}
		s.until("the block's release", func() bool { return block.refs.Load() == 0 })
	})
}
