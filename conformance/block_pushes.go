// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"fmt"
	"slices"

	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
)

func blockPushes() []Property {
	return []Property{
		law(Property{Family: "block ordering", Name: "what was merged is listed when the merge ends, and comes by its chunks", Clause: "B32", Needs: Blocks}, drawMerge, mergeEnds),
		law(Property{Family: "block ordering", Name: "each pushed block is heard of once, and the other side has those that were merged", Clause: "B26", Needs: Blocks | Plugged}, drawCutPush, pushedOnce),
		law(Property{Family: "block failure propagation", Name: "a pushed block that is not wanted is told so, and costs the others nothing", Clause: "B27", Needs: Blocks}, drawPush, pushUnwanted),
	}
}

type pushPlan struct {
	fetchPlan
	Unwanted []int // indices of blocks that are refused
	Late     bool  // when they have come; else before
}

func drawPush(t *rapid.T) pushPlan {
	p := pushPlan{fetchPlan: drawFetch(t), Late: rapid.Bool().Draw(t, "late")}
	p.Unwanted = drawIndices(t, len(p.Sizes), "unwanted")
	return p
}

func drawCutPush(t *rapid.T) pushPlan {
	p := pushPlan{fetchPlan: drawCutFetch(t)}
	p.Tampering.CutWrite = rapid.SliceOfN(rapid.IntRange(1, 3_000), 0, 2).Draw(t, "cut write")
	p.Tampering.CutRead = rapid.SliceOfN(rapid.IntRange(1, 100), 0, 1).Draw(t, "cut read")
	return p
}

func pushName(i int) string { return fmt.Sprintf("shufflePush_1_0_%d_0", i) }

// mergeStore takes pushed blocks. Its fields are guarded by the trial's lock.
type mergeStore struct {
	*blockStore
	plan pushPlan
	has  map[string]string // merged
}

var _ api.BlockPushReceiver = (*mergeStore)(nil)

func (m *mergeStore) ReceivePush(p api.BlockPush) (api.BlockSink, error) {
	k := &mergeSink{store: m, name: pushName(int(p.MapIndex))}
	if slices.Contains(m.plan.Unwanted, int(p.MapIndex)) {
		k.refusal = &api.BlockPushError{BlockID: k.name, Outcome: api.PushCollision}
	}
	if k.refusal != nil && !m.plan.Late {
		return nil, k.refusal
	}
	return k, nil
}

type mergeSink struct {
	store   *mergeStore
	name    string
	got     []byte
	refusal *api.BlockPushError
	ended   bool
}

func (k *mergeSink) Write(p []byte) (int, error) {
	k.got = append(k.got, p...)
	return len(p), nil
}

func (k *mergeSink) Commit() error {
	if k.refusal != nil {
		return k.refusal
	}
	k.end()
	k.store.t.record(func() { k.store.has[k.name] = string(k.got) })
	return nil
}

func (k *mergeSink) Abort(error) { k.end() }

func (k *mergeSink) end() {
	if k.ended {
		k.store.t.errorf("the sink of %s ended twice", k.name)
	}
	k.ended = true
}

// pushHeard hears of a push. Its fields are guarded by the trial's lock.
type pushHeard struct {
	t    *trial
	ends map[string][]error
	n    int
}

func (h *pushHeard) OnBlockPushSuccess(id string)              { h.hear(id, nil) }
func (h *pushHeard) OnBlockPushFailure(id string, cause error) { h.hear(id, cause) }

func (h *pushHeard) hear(id string, err error) {
	h.t.record(func() { h.ends[id] = append(h.ends[id], err); h.n++ })
}

// pushAll pushes the blocks of the plan and waits for every outcome and the release of every block.
func pushAll(t *trial, p pushPlan, n api.Network) (*mergeStore, *pushHeard) {
	server, client := t.world.Host("server"), t.world.Host("client")
	store := &mergeStore{blockStore: t.blockStore(server), plan: p, has: map[string]string{}}
	serverSvc := t.blocks(server, api.BlockTransferConfig{}, store)
	clientSvc := t.blocks(client, p.config(n), t.blockStore(client))
	h := &pushHeard{t: t, ends: map[string][]error{}}
	var blocks []api.PushedBlock
	for i, size := range p.Sizes {
		b := newCountedBuffer(t, pushName(i), content(pushName(i), size))
		t.record(func() { store.buffers = append(store.buffers, b) })
		blocks = append(blocks, api.PushedBlock{ID: b.id, Data: b})
	}
	t.on(client, "push", func() { clientSvc.PushBlocks(t.ctx, serverSvc.Address(), blocks, h) })
	t.until("each block's outcome", func() bool { return h.n >= len(blocks) })
	t.finish()
	store.released()
	for i := range p.Sizes {
		if got := len(h.ends[pushName(i)]); got != 1 {
			t.errorf("block %s was heard of %d times", pushName(i), got)
		}
	}
	return store, h
}

// merged checks a block that is said to be merged.
func (m *mergeStore) merged(i int) {
	if name := pushName(i); m.has[name] != string(content(name, m.plan.Sizes[i])) {
		m.t.errorf("block %s, of %d bytes, is said to be merged: %d bytes are, or others", name, m.plan.Sizes[i], len(m.has[name]))
	}
}

func pushedOnce(t *trial, p pushPlan) {
	store, h := pushAll(t, p, t.tamper(t.world.Host("client"), p.Tampering))
	for i := range p.Sizes {
		for _, err := range h.ends[pushName(i)] {
			switch {
			case err == nil:
				store.merged(i)
			case !errors.Is(err, api.ErrConnectionClosed):
				t.errorf("block %s failed with: %v", pushName(i), err)
			}
		}
	}
}

func pushUnwanted(t *trial, p pushPlan) {
	store, h := pushAll(t, p, nil)
	for i := range p.Sizes {
		for _, err := range h.ends[pushName(i)] {
			refused, ok := errors.AsType[*api.BlockPushError](err)
			switch {
			case !slices.Contains(p.Unwanted, i):
				if err != nil {
					t.errorf("block %s failed with: %v", pushName(i), err)
				}
				store.merged(i)
			case !ok || refused.Outcome != api.PushCollision || refused.BlockID != pushName(i):
				t.errorf("block %s, which was not wanted, ended with: %v", pushName(i), err)
			}
		}
	}
}
