// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
)

func blockRetries() []Property {
	const family = "block retries"
	return []Property{
		law(Property{Family: family, Name: "after a cut the blocks still missing come, and only those are asked for again", Clause: "B8", Needs: Blocks | Plugged}, drawCutFetch, missingOnly),
		law(Property{Family: family, Name: "the retries are used up, with the wait between, and then the blocks fail", Clause: "B9", Needs: Blocks | Plugged, waits: 2}, drawBudget, retryBudget),
		law(Property{Family: family, Name: "what is no I/O error is not tried again", Clause: "B10", Needs: Blocks | Plugged}, drawFetch, noRetry),
		law(Property{Family: family, Name: "an upload is tried once", Clause: "B11", Needs: Blocks | Plugged}, drawCutUpload, uploadOnce),
	}
}

func missingOnly(t *trial, p fetchPlan) {
	n := t.tamper(t.world.Host("client"), p.Tampering)
	pair := t.blockPair(p.config(n))
	ids := pair.fill(p.IDs, p.Sizes)
	l := pair.fetch(t.ctx, ids)
	t.until("every block", l.all)
	t.finish()
	l.once()
	for _, h := range l.hearings() {
		if h.err != nil {
			t.errorf("block %s failed after %d cuts, %d retries were allowed: %v", h.id, n.cuts(), p.Retries, h.err)
		}
	}
	if got := pair.clientSvc.Stats().Retries; got > uint64(n.cuts()) {
		t.errorf("%d cuts led to %d retries", n.cuts(), got)
	}
	pair.store.released()
}

func drawBudget(t *rapid.T) fetchPlan {
	p := drawFetch(t)
	p.PerPeer = 1
	p.Retries = rapid.SampledFrom([]int{-1, 1, 2, 3}).Draw(t, "retries")
	if rapid.Bool().Draw(t, "refused") {
		p.Tampering.Refuse = -1
	} else {
		// Every connection breaks in the first reply's header.
		p.Tampering.CutRead = []int{3, 3, 3, 3, 3, 3}
	}
	return p
}

func retryBudget(t *trial, p fetchPlan) {
	n := t.tamper(t.world.Host("client"), p.Tampering)
	pair := t.blockPair(p.config(n))
	ids := pair.fill(p.IDs, p.Sizes)
	start := t.home.Runtime().Now()
	l := pair.fetch(t.ctx, ids)
	t.until("every block's failure", l.all)
	took := t.home.Runtime().Now().Sub(start)
	t.finish()
	l.once()
	for _, h := range l.hearings() {
		if !errors.Is(h.err, api.ErrConnectionClosed) {
			t.errorf("block %s, whose peer cannot be reached, ended with: %v", h.id, h.err)
		}
	}
	retries := max(p.Retries, 0)
	if got := n.attempts(); got != 1+retries {
		t.errorf("a fetch with %d retries was tried %d times", retries, got)
	}
	if least := p.Wait * time.Duration(retries); took < least {
		t.errorf("%d retries with a wait of %v took %v", retries, p.Wait, took)
	}
	if got := pair.clientSvc.Stats().Retries; got != uint64(retries) {
		t.errorf("%d retries are counted as %d", retries, got)
	}
}

func noRetry(t *trial, p fetchPlan) {
	n := t.tamper(t.world.Host("client"), tampering{})
	p.PerPeer = 1
	pair := t.blockPair(p.config(n))
	ids := pair.fill(p.IDs, p.Sizes)
	broken := errors.New("conformance: the disk is on fire")
	failing := map[string]error{}
	t.record(func() {
		for i := range ids {
			switch {
			case i%2 == 0:
				delete(pair.store.sizes, ids[i])
				failing[ids[i]] = api.ErrBlockNotFound
			default:
				pair.store.fails[ids[i]] = broken
				failing[ids[i]] = broken
			}
		}
	})
	l := pair.fetch(t.ctx, ids)
	t.until("every block's failure", l.all)
	t.finish()
	l.once()
	for _, id := range ids {
		if got := pair.store.times(id); got > 1 {
			t.errorf("block %s was asked for %d times after: %v", id, got, failing[id])
		}
	}
	if got := pair.clientSvc.Stats().Retries; got != 0 || n.attempts() != 1 {
		t.errorf("a failure of the peer's own was tried again %d times, over %d connections", got, n.attempts())
	}
}

func drawCutUpload(t *rapid.T) uploadPlan {
	p := drawUploads(t)
	total := 0
	for _, size := range p.Sizes {
		total += size + 100
	}
	p.Tampering = tampering{
		CutWrite: []int{rapid.IntRange(0, total).Draw(t, "cut write")},
		CutRead:  []int{rapid.IntRange(0, 100).Draw(t, "cut read")},
		Refuse:   rapid.IntRange(0, 1).Draw(t, "refuse"),
	}
	return p
}

func uploadOnce(t *trial, p uploadPlan) {
	n := t.tamper(t.world.Host("client"), p.Tampering)
	pair := t.blockPair(api.BlockTransferConfig{Network: n, MaxBlockInMemory: int64(p.Streamed), RetryWait: 1})
	outcomes := make([]error, len(p.Sizes))
	t.on(pair.client, "upload", func() {
		for i := range p.Sizes {
			before := n.attempts()
			outcomes[i] = pair.upload(p, i)
			if err := outcomes[i]; err != nil && !errors.Is(err, api.ErrConnectionClosed) {
				t.errorf("an upload over a cut connection ended with: %v", err)
			}
			if got := n.attempts() - before; got > 1 {
				t.errorf("an upload took %d connection attempts", got)
			}
		}
	})
	t.finish()
	stored := map[string]int{}
	for _, got := range pair.store.uploads() {
		stored[got.id]++
	}
	for i, err := range outcomes {
		if got := stored[p.IDs.id(i)]; got > 1 || err == nil && got != 1 {
			t.errorf("an upload that ended with %v was stored %d times", fmt.Sprint(err), got)
		}
	}
	pair.store.released()
}
