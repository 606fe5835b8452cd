// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
)

// drawMerge draws pushes of which some are not wanted, over a network that loses nothing.
func drawMerge(t *rapid.T) pushPlan {
	p := drawPush(t)
	p.Retries = 1
	return p
}

// endingStore is a mergeStore whose merge, the latest of its shuffle, may be ended. Each block is a chunk, in the order of the
// maps.
type endingStore struct {
	*mergeStore
	final bool
}

var (
	_ api.ShuffleMergeManager = (*endingStore)(nil)
	_ api.MergedBlockSource   = (*endingStore)(nil)
)

func (m *endingStore) ReceivePush(p api.BlockPush) (api.BlockSink, error) {
	final := false
	m.t.record(func() { final = m.final })
	if final {
		return nil, &api.BlockPushError{Outcome: api.PushTooLate}
	}
	return m.mergeStore.ReceivePush(p)
}

// maps are the maps whose blocks were merged, and how many bytes these have.
func (m *endingStore) maps() (maps []uint32, size int64) {
	m.t.record(func() {
		for i := range m.plan.Sizes {
			if block, merged := m.has[pushName(i)]; merged {
				maps = append(maps, uint32(i))
				size += int64(len(block))
			}
		}
	})
	return maps, size
}

func (m *endingStore) FinalizeShuffleMerge(merge api.ShuffleMerge) ([]api.MergeStatus, error) {
	if merge != (api.ShuffleMerge{AppID: "app", AppAttemptID: -1, ShuffleID: 1}) {
		m.t.errorf("%+v was to end", merge)
	}
	m.t.record(func() { m.final = true })
	maps, size := m.maps()
	return []api.MergeStatus{{Maps: maps, Size: size}}, nil
}

func (m *endingStore) RemoveShuffleMerge(api.ShuffleMerge) error { return nil }

func (m *endingStore) MergedBlockMeta(b api.MergedBlock) (meta api.MergedBlockMeta, err error) {
	maps, _ := m.maps()
	for _, one := range maps {
		meta.Chunks = append(meta.Chunks, []uint32{one})
	}
	return meta, m.stale(b)
}

func (m *endingStore) MergedBlockData(b api.MergedBlock, chunk int32) (api.ManagedBuffer, error) {
	if err := m.stale(b); err != nil {
		return nil, err
	}
	maps, _ := m.maps()
	name := pushName(int(maps[chunk]))
	var data *countedBuffer
	m.t.record(func() { data = newCountedBuffer(m.t, name, []byte(m.has[name])); m.buffers = append(m.buffers, data) })
	return data, nil
}

func (m *endingStore) stale(b api.MergedBlock) error {
	if b.ShuffleMergeID != 0 {
		return fmt.Errorf("merge %d: %w", b.ShuffleMergeID, api.ErrStaleMerge)
	}
	return nil
}

// merging is a merge that is looked at by the client.
type merging struct {
	t     *trial
	store *endingStore
	svc   api.BlockTransferService // the client's
	at    api.RpcAddress
}

func mergeEnds(t *trial, p pushPlan) {
	server, client := t.world.Host("server"), t.world.Host("client")
	store := &endingStore{mergeStore: &mergeStore{blockStore: t.blockStore(server), plan: p, has: map[string]string{}}}
	serverSvc := t.blocks(server, api.BlockTransferConfig{}, store)
	m := &merging{t, store, t.blocks(client, p.config(nil), t.blockStore(client)), serverSvc.Address()}
	all := make([]int, len(p.Sizes))
	for i := range all {
		all[i] = i
	}
	var merged []uint32
	heard := m.push(client, all...)
	for i := range p.Sizes {
		if heard.ends[pushName(i)][0] == nil {
			store.merged(i)
			merged = append(merged, uint32(i))
		}
	}
	t.on(client, "end the merge", func() { m.listed(merged) })
	if err := m.push(client, all[0]).ends[pushName(0)][0]; !isOutcome(err, api.PushTooLate) {
		t.errorf("a block that was pushed when the merge had ended, ended with: %v", err)
	}
	t.on(client, "fetch chunks", func() { m.fetched(t.ctx, merged) })
	t.finish()
	store.released()
}

func isOutcome(err error, want api.PushOutcome) bool {
	refused, ok := errors.AsType[*api.BlockPushError](err)
	return ok && refused.Outcome == want
}

// push pushes blocks and waits for every outcome.
func (m *merging) push(client Host, indices ...int) *pushHeard {
	h := &pushHeard{t: m.t, ends: map[string][]error{}}
	var blocks []api.PushedBlock
	for _, i := range indices {
		b := newCountedBuffer(m.t, pushName(i), content(pushName(i), m.store.plan.Sizes[i]))
		m.t.record(func() { m.store.buffers = append(m.store.buffers, b) })
		blocks = append(blocks, api.PushedBlock{ID: b.id, Data: b})
	}
	m.t.on(client, "push", func() { m.svc.PushBlocks(m.t.ctx, m.at, blocks, h) })
	m.t.until("each block's outcome", func() bool { return h.n >= len(blocks) })
	return h
}

// listed ends the merge and compares what it is said to have with what was merged.
func (m *merging) listed(merged []uint32) {
	size := int64(0)
	for _, i := range merged {
		size += int64(m.store.plan.Sizes[i])
	}
	all, err := m.svc.FinalizeShuffleMerge(m.t.ctx, m.at, 1, 0)
	if err != nil || len(all) != 1 || !slices.Equal(all[0].Maps, merged) || all[0].Size != size {
		m.t.errorf("maps %v, of %d bytes, were merged; the end of the merge tells of %+v: %v", merged, size, all, err)
	}
}

// fetched fetches what was merged by its chunks, and a chunk of an earlier merge.
func (m *merging) fetched(ctx context.Context, merged []uint32) {
	meta, err := m.svc.MergedBlockMeta(ctx, m.at, api.MergedBlock{AppID: "app", ShuffleID: 1})
	if err != nil || len(meta.Chunks) != len(merged) {
		m.t.errorf("maps %v were merged, their chunks are %v: %v", merged, meta.Chunks, err)
	}
	ids := make([]string, len(merged))
	for i := range merged {
		ids[i] = fmt.Sprintf("shuffleChunk_1_0_0_%d", i)
	}
	for i, got := range api.FetchBlocks(ctx, m.svc, m.at, "1", ids) {
		var b []byte
		if got.Err == nil {
			b, got.Err = got.Data.Bytes()
		}
		if name := pushName(int(merged[i])); got.Err != nil || string(b) != string(content(name, m.store.plan.Sizes[merged[i]])) {
			m.t.errorf("chunk %s, of %s, has %d bytes or others than that: %v", got.ID, name, len(b), got.Err)
		}
		if got.Data != nil {
			got.Data.Release()
		}
	}
	got := api.FetchBlocks(ctx, m.svc, m.at, "1", []string{"shuffleChunk_1_-1_0_0"})[0]
	if !errors.Is(got.Err, api.ErrStaleMerge) || m.svc.Stats().Retries != 0 {
		m.t.errorf("a chunk of an earlier merge ended with: %v, after %d retries", got.Err, m.svc.Stats().Retries)
	}
}
