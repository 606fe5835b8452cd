// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"bytes"
	"context"
	"errors"

	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
)

func blockRanges() []Property {
	return []Property{
		law(Property{Family: "block ordering", Name: "ranging over blocks yields each once and keeps the bytes in flight bounded", Clause: "B28", Needs: Blocks | Plugged}, drawRange, rangeOnce),
		law(Property{Family: "block failure propagation", Name: "a block that arrives with another checksum is not handed over", Clause: "B29", Needs: Blocks}, drawBroken, brokenBlock),
	}
}

type rangePlan struct {
	fetchPlan
	Window int64
	Broken []int // indices of blocks that come otherwise than they were written
	Cause  api.CorruptionCause
}

func drawRange(t *rapid.T) rangePlan {
	p := rangePlan{fetchPlan: drawCutFetch(t), Window: rapid.Int64Range(1, 300_000).Draw(t, "window")}
	p.Retries = 5 // each request has its own
	return p
}

func drawBroken(t *rapid.T) rangePlan {
	p := rangePlan{fetchPlan: drawFetch(t), Cause: api.CorruptionCause(rapid.IntRange(0, 4).Draw(t, "cause"))}
	p.IDs = shuffleIDs
	p.Broken = drawIndices(t, len(p.Sizes), "broken")
	return p
}

// windowed is a service whose blocks in flight are counted. Its fields are guarded by the trial's lock.
type windowed struct {
	api.BlockTransferService
	t     *trial
	sizes map[string]int
	bytes int64
	most  int64 // in flight with something else
}

func (w *windowed) FetchBlocks(ctx context.Context, from api.RpcAddress, execID string, ids []string, l api.BlockFetchingListener) {
	w.t.record(func() {
		idle := w.bytes == 0
		for _, id := range ids {
			w.bytes += int64(w.sizes[id])
		}
		if !idle {
			w.most = max(w.most, w.bytes)
		}
	})
	w.BlockTransferService.FetchBlocks(ctx, from, execID, ids, l)
}

// source is what a fetch knows of the blocks of a plan.
func (p rangePlan) source(from api.RpcAddress, ids []string) api.BlockSource {
	s := api.BlockSource{From: from, ExecID: "exec-1"}
	for i, id := range ids {
		s.Blocks = append(s.Blocks, api.BlockInfo{ID: id, Size: int64(p.Sizes[i])})
	}
	return s
}

func rangeOnce(t *trial, p rangePlan) {
	pair := t.blockPair(p.config(t.tamper(t.world.Host("client"), p.Tampering)))
	ids := pair.fill(p.IDs, p.Sizes)
	w := &windowed{BlockTransferService: pair.clientSvc, t: t, sizes: pair.store.sizes}
	heard := map[string]int{}
	t.on(pair.client, "range over blocks", func() {
		f := api.BlockFetch{Service: w, Sources: []api.BlockSource{p.source(pair.serverSvc.Address(), ids)}, MaxBytesInFlight: p.Window}
		for b, err := range f.All(t.ctx) {
			heard[b.ID]++
			if err != nil {
				t.errorf("block %s failed with: %v", b.ID, err)
				continue
			}
			got, err := b.Data.Bytes()
			if want := content(b.ID, w.sizes[b.ID]); err != nil || !bytes.Equal(got, want) {
				t.errorf("block %s came with %d bytes, or others than its own: %v", b.ID, len(got), err)
			}
			t.record(func() { w.bytes -= int64(w.sizes[b.ID]) })
		}
	})
	t.finish()
	for _, id := range ids {
		if heard[id] != 1 {
			t.errorf("block %s was yielded %d times", id, heard[id])
		}
	}
	if w.most > p.Window {
		t.errorf("%d bytes were in flight, %d are allowed", w.most, p.Window)
	}
	pair.store.released()
}

// knowing is a store that knows why its blocks are broken.
type knowing struct {
	*blockStore
	cause api.CorruptionCause
}

var _ api.CorruptionDiagnoser = knowing{}

func (k knowing) DiagnoseCorruption(api.CorruptBlock) api.CorruptionCause { return k.cause }

func brokenBlock(t *trial, p rangePlan) {
	server, client := t.world.Host("server"), t.world.Host("client")
	pair := &blockPair{t: t, server: server, client: client, store: t.blockStore(server)}
	pair.serverSvc = t.blocks(server, api.BlockTransferConfig{}, knowing{pair.store, p.Cause})
	pair.clientSvc = t.blocks(client, p.config(nil), t.blockStore(client))
	ids := pair.fill(p.IDs, p.Sizes)
	source := p.source(pair.serverSvc.Address(), ids)
	broken := map[string]bool{}
	for i := range source.Blocks {
		b := &source.Blocks[i]
		sum, err := api.CRC32C.Sum(api.NewBytesBuffer(content(b.ID, p.Sizes[i])))
		t.must(err, "compute a checksum")
		b.Algorithm, b.Checksum = api.CRC32C, sum
	}
	for _, i := range p.Broken {
		broken[ids[i]] = true
		source.Blocks[i].Checksum++
	}
	t.on(client, "range over blocks", func() {
		for b, err := range (api.BlockFetch{Service: pair.clientSvc, Sources: []api.BlockSource{source}}).All(t.ctx) {
			corrupt, ok := errors.AsType[*api.CorruptBlockError](err)
			switch {
			case !broken[b.ID] && err != nil:
				t.errorf("block %s failed with: %v", b.ID, err)
			case broken[b.ID] && (!ok || b.Data != nil || corrupt.Cause != p.Cause):
				t.errorf("block %s, whose checksum is wrong because of %v, ended with: %v", b.ID, p.Cause, err)
			}
		}
	})
	t.finish()
	pair.store.released()
}
