// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"errors"
	"slices"
	"strings"

	"github.com/twinwire/twinwire/api"
)

func blockFailures() []Property {
	const family = "block failure propagation"
	return []Property{
		law(Property{Family: family, Name: "a block that does not exist is reported as such", Clause: "B18", Needs: Blocks}, drawMissing, missingBlock),
		law(Property{Family: family, Name: "the reason of a failure on the other side is told", Clause: "B19", Needs: Blocks}, drawFetch, failureTold),
		law(Property{Family: family, Name: "a block whose bytes cannot be read fails alone, and says why", Clause: "B30", Needs: Blocks}, drawMissing, tornBlocks),
		law(Property{Family: family, Name: "what exceeds the blocks that may be open is refused, and later fetches are not", Clause: "B31", Needs: Blocks}, drawFetch, openBounded),
		law(Property{Family: family, Name: "a refused upload tells the reason", Clause: "B20", Needs: Blocks}, drawUploads, uploadRefused),
		law(Property{Family: family, Name: "closing a service ends its fetches", Clause: "B21", Needs: Blocks}, drawFetch, closeClient),
		law(Property{Family: family, Name: "a fetch whose peer closes ends", Clause: "B22", Needs: Blocks}, drawFetch, closeServer),
		law(Property{Family: family, Name: "where nobody listens every block fails", Clause: "B22", Needs: Blocks}, drawFetch, nobodyListens),
		law(Property{Family: family, Name: "a buffer is released once, however its transfer ends", Clause: "B23", Needs: Blocks | Plugged}, drawCutFetch, buffersReleased),
		law(Property{Family: family, Name: "bytes that are no frames leave a service's other connections alone", Clause: "B24", Needs: Blocks | Connections}, drawGarbage, blockGarbage),
	}
}

func missingBlock(t *trial, p fetchPlan) {
	pair := t.blockPair(p.config(nil))
	ids := pair.fill(p.IDs, p.Sizes)
	gone := map[string]bool{}
	t.record(func() {
		for _, i := range p.Missing {
			gone[ids[i]] = true
			delete(pair.store.sizes, ids[i])
		}
	})
	l := pair.fetch(t.ctx, ids)
	t.until("each block's outcome", l.all)
	t.finish()
	l.once()
	for _, h := range l.hearings() {
		// As in Spark a request fails as a whole, so those that exist may fail with those that do not.
		if h.err == nil && gone[h.id] || h.err != nil && (len(gone) == 0 || !errors.Is(h.err, api.ErrBlockNotFound)) {
			t.errorf("block %s (missing %v, of %d missing in the request) ended with: %v", h.id, gone[h.id], len(gone), h.err)
		}
	}
}

func failureTold(t *trial, p fetchPlan) {
	pair := t.blockPair(p.config(nil))
	ids := pair.fill(p.IDs, p.Sizes)
	const reason = "conformance: the disk is on fire"
	t.record(func() { pair.store.fails[ids[0]] = errors.New(reason) })
	l := pair.fetch(t.ctx, ids)
	t.until("each block's outcome", l.all)
	t.finish()
	l.once()
	for _, h := range l.hearings() {
		if h.id == ids[0] && (h.err == nil || !strings.Contains(h.err.Error(), reason)) {
			t.errorf("block %s, whose reading failed with %q, ended with: %v", h.id, reason, h.err)
		}
	}
}

// tornBlocks: no retry could bring the blocks behind one whose failure ended the connection.
func tornBlocks(t *trial, p fetchPlan) {
	p.Retries = -1
	pair := t.blockPair(p.config(nil))
	ids := pair.fill(p.IDs, p.Sizes)
	const reason = "conformance: the disk is on fire"
	t.record(func() {
		for _, i := range p.Missing {
			pair.store.torn[ids[i]] = errors.New(reason)
		}
	})
	l := pair.fetch(t.ctx, ids)
	t.until("each block's outcome", l.all)
	t.finish()
	l.once()
	for _, h := range l.hearings() {
		if torn := pair.store.torn[h.id] != nil; torn != (h.err != nil) || torn && !strings.Contains(h.err.Error(), reason) {
			t.errorf("block %s, unreadable %v for %q, ended with: %v", h.id, torn, reason, h.err)
		}
	}
	pair.store.released()
}

// openBounded: as many blocks as the limit can be fetched again and again, and one more cannot.
func openBounded(t *trial, p fetchPlan) {
	p.Retries = -1
	pair := t.blockPairOf(api.BlockTransferConfig{MaxOpenBlocks: len(p.Sizes)}, p.config(nil))
	ids := pair.fill(p.IDs, append(slices.Clone(p.Sizes), 1))
	t.record(func() { pair.store.again = true })
	for _, more := range []int{0, 1, 0} {
		l := pair.fetch(t.ctx, ids[:len(p.Sizes)+more])
		t.until("each block's outcome", l.all)
		l.once()
		for _, h := range l.hearings() {
			if refused := h.err != nil; refused != (more > 0) || refused && !strings.Contains(h.err.Error(), "MaxOpenBlocks") {
				t.errorf("block %s, of %d more than may be open, ended with: %v", h.id, more, h.err)
			}
		}
	}
	t.finish()
	pair.store.released()
}

func uploadRefused(t *trial, p uploadPlan) {
	pair := t.blockPair(api.BlockTransferConfig{MaxBlockInMemory: int64(p.Streamed)})
	const reason = "conformance: there is no room"
	pair.store.full = errors.New(reason)
	t.on(pair.client, "upload", func() {
		for i := range p.Sizes {
			if err := pair.upload(p, i); err == nil || !strings.Contains(err.Error(), reason) {
				t.errorf("an upload refused with %q ended with: %v", reason, err)
			}
		}
	})
	t.finish()
	if got := len(pair.store.uploads()); got != len(p.Sizes) {
		t.errorf("%d uploads were offered %d times", len(p.Sizes), got)
	}
	pair.store.released()
}

// closeDuring closes one side's service while the other side's store is slow.
func closeDuring(t *trial, p fetchPlan, server bool) {
	p.Retries = -1
	pair := t.blockPair(p.config(nil))
	pair.store.slow = p.Wait
	ids := pair.fill(p.IDs, p.Sizes)
	l := pair.fetch(t.ctx, ids)
	h, svc := pair.client, pair.clientSvc
	if server {
		h, svc = pair.server, pair.serverSvc
	}
	t.on(h, "close during a fetch", func() {
		t.sleep(h, p.After)
		t.must(svc.Close(t.ctx), "close")
	})
	t.until("each block's outcome", l.all)
	if !server {
		late := pair.fetch(t.ctx, ids)
		t.until("the outcome of a fetch after Close", late.all)
		late.once()
		if slices.ContainsFunc(late.hearings(), func(h hearing) bool { return h.err == nil }) {
			t.errorf("a service fetched after its Close")
		}
	}
	t.finish()
	l.once()
	for _, h := range l.hearings() {
		if h.err != nil && !errors.Is(h.err, api.ErrConnectionClosed) {
			t.errorf("block %s of a fetch during Close ended with: %v", h.id, h.err)
		}
	}
	pair.store.released()
}

func closeClient(t *trial, p fetchPlan) { closeDuring(t, p, false) }
func closeServer(t *trial, p fetchPlan) { closeDuring(t, p, true) }

func nobodyListens(t *trial, p fetchPlan) {
	p.Retries = -1
	pair := t.blockPair(p.config(nil))
	ids := pair.fill(p.IDs, p.Sizes)
	address, err := api.ParseRpcAddress(pair.server.Address(nobodysPort))
	t.must(err, "parse an address")
	l := pair.fetchFrom(t.ctx, address, ids)
	t.until("every block's failure", l.all)
	t.finish()
	l.once()
	for _, h := range l.hearings() {
		if !errors.Is(h.err, api.ErrConnectionClosed) {
			t.errorf("block %s, where nobody listens, ended with: %v", h.id, h.err)
		}
	}
}

func buffersReleased(t *trial, p fetchPlan) {
	p.Retries = -1
	pair := t.blockPair(p.config(t.tamper(t.world.Host("client"), p.Tampering)))
	ids := pair.fill(p.IDs, p.Sizes)
	l := pair.fetch(t.ctx, ids)
	t.until("each block's outcome", l.all)
	t.finish()
	l.once()
	pair.store.released()
}

func blockGarbage(t *trial, p garbagePlan) {
	pair := t.blockPair(api.BlockTransferConfig{MaxRetries: -1})
	ids := pair.fill(rddIDs, []int{100, 0, 3_000})
	vandal := t.world.Host("vandal")
	for range 3 {
		t.on(vandal, "pour garbage", func() { t.pour(vandal, pair.serverSvc.Address(), p) })
		t.record(func() { clear(pair.store.done) })
		l := pair.fetch(t.ctx, ids)
		t.until("every block", l.all)
		for _, h := range l.hearings() {
			if h.err != nil {
				t.errorf("block %s, after garbage on another connection, ended with: %v", h.id, h.err)
			}
		}
	}
}
