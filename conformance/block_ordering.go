// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"fmt"

	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
)

func blockOrdering() []Property {
	const family = "block ordering"
	return []Property{
		law(Property{Family: family, Name: "each block comes with its own bytes, one callback at a time", Clause: "B3", Needs: Blocks}, drawFetch, ownBytes),
		law(Property{Family: family, Name: "blocks come in the order in which they are asked for", Clause: "B4", Needs: Blocks}, drawFetch, blocksInOrder),
		law(Property{Family: family, Name: "each block is heard of exactly once", Clause: "B2", Needs: Blocks | Plugged}, drawFoulFetch, exactlyOnce),
		law(Property{Family: family, Name: "uploads of one task are stored whole and in order", Clause: "B6", Needs: Blocks}, drawUploads, uploadsInOrder),
	}
}

func ownBytes(t *trial, p fetchPlan) {
	pair := t.blockPair(p.config(nil))
	ids := pair.fill(p.IDs, p.Sizes)
	// The second half is fetched at the same time, so that two fetches share the connection.
	half := (len(ids) + 1) / 2
	fetches := []*blockListener{pair.fetch(t.ctx, ids[:half])}
	if half < len(ids) {
		fetches = append(fetches, pair.fetch(t.ctx, ids[half:]))
	}
	for _, l := range fetches {
		t.until("every block", l.all)
	}
	t.finish()
	for _, l := range fetches {
		l.once()
		for _, h := range l.hearings() {
			if h.err != nil {
				t.errorf("block %s did not come over a network that loses nothing: %v", h.id, h.err)
			}
		}
	}
}

func blocksInOrder(t *trial, p fetchPlan) {
	pair := t.blockPair(p.config(nil))
	ids := pair.fill(p.IDs, p.Sizes)
	l := pair.fetch(t.ctx, ids)
	t.until("every block", l.all)
	t.finish()
	l.once()
	want := p.IDs.asServed(ids)
	for i, h := range l.hearings() {
		if h.err != nil || h.id != want[i] {
			t.fatalf("callback %d is of block %s (%v), due was %s", i, h.id, h.err, want[i])
		}
	}
}

func drawFoulFetch(t *rapid.T) fetchPlan {
	p := drawCutFetch(t)
	foul := drawFoul(t)
	p.Reset, p.Refuse = foul.Reset, foul.Refuse
	p.Tampering.Refuse = rapid.IntRange(0, 2).Draw(t, "refused")
	p.Missing = drawIndices(t, len(p.Sizes), "missing")
	p.Twice = drawIndices(t, len(p.Sizes), "twice")
	return p
}

func exactlyOnce(t *trial, p fetchPlan) {
	pair := t.blockPair(p.config(t.tamper(t.world.Host("client"), p.Tampering)))
	ids := pair.fill(p.IDs, p.Sizes)
	t.record(func() {
		for _, i := range p.Missing {
			delete(pair.store.sizes, ids[i])
		}
	})
	for _, i := range p.Twice {
		ids = append(ids, ids[i])
	}
	l := pair.fetch(t.ctx, ids)
	t.until("each block's outcome", l.all)
	t.finish()
	l.once()
	for _, h := range l.hearings() {
		if h.err != nil && !errors.Is(h.err, api.ErrConnectionClosed) && !errors.Is(h.err, api.ErrBlockNotFound) {
			t.errorf("block %s failed with: %v", h.id, h.err)
		}
	}
	pair.store.released()
}

type uploadPlan struct {
	conditions
	IDs       idKind
	Sizes     []int
	Streamed  int // above this size an upload is a stream
	Tampering tampering
}

func drawUploads(t *rapid.T) uploadPlan {
	return uploadPlan{
		conditions: drawFair(t),
		IDs:        idKind(rapid.IntRange(0, int(idKinds)-1).Draw(t, "ids")),
		Sizes:      rapid.SliceOfN(rapid.OneOf(rapid.IntRange(0, 3_000), rapid.SampledFrom([]int{0, 100_000})), 1, 6).Draw(t, "sizes"),
		Streamed:   rapid.SampledFrom([]int{1 << 20, 1_000}).Draw(t, "streamed"),
	}
}

// upload uploads block i of the plan by the calling task of the client, and checks that its buffer comes back.
func (p *blockPair) upload(plan uploadPlan, i int) error {
	id := plan.IDs.id(i)
	b := newCountedBuffer(p.t, id, content(id, plan.Sizes[i]))
	p.t.record(func() { p.store.buffers = append(p.store.buffers, b) })
	return p.clientSvc.UploadBlock(p.t.ctx, p.serverSvc.Address(), "exec-1", id, b, fmt.Appendf(nil, "level %d", i))
}

func uploadsInOrder(t *trial, p uploadPlan) {
	pair := t.blockPair(api.BlockTransferConfig{MaxBlockInMemory: int64(p.Streamed)})
	t.on(pair.client, "upload", func() {
		for i := range p.Sizes {
			t.must(pair.upload(p, i), "upload")
			if got := len(pair.store.uploads()); got != i+1 {
				t.fatalf("%d uploads have returned and %d blocks are stored", i+1, got)
			}
		}
	})
	t.finish()
	for i, got := range pair.store.uploads() {
		id := p.IDs.id(i)
		if got.id != id || got.metadata != fmt.Sprintf("level %d", i) || got.data != string(content(id, p.Sizes[i])) {
			t.errorf("upload %d, of %s with %d bytes, was stored as %s with %d bytes and metadata %q, or with other bytes",
				i, id, p.Sizes[i], got.id, len(got.data), got.metadata)
		}
	}
	pair.store.released()
}
