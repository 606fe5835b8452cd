// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"errors"
	"time"

	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
)

func blockTimeouts() []Property {
	const family = "block timeouts"
	return []Property{
		law(Property{Family: family, Name: "a fetch from a silent peer fails after the timeout, and not before", Clause: "B13", Needs: Blocks | Connections, waits: 2}, drawSilence, silentPeer),
		law(Property{Family: family, Name: "a silent connection is given up and the fetch goes on over another", Clause: "B14", Needs: Blocks | Plugged, waits: 5}, drawSilence, silentOnce),
		law(Property{Family: family, Name: "a slow peer that keeps sending is not given up", Clause: "B15", Needs: Blocks | Plugged, waits: 10}, drawSlow, slowPeer),
		law(Property{Family: family, Name: "a fetch or upload ends when its context does", Clause: "B16", Needs: Blocks | Connections, waits: 2}, drawSilence, blockContext),
	}
}

type silencePlan struct {
	fetchPlan
	Timeout time.Duration
	Cancel  bool // the context is cancelled; else it has a deadline
}

func drawSilence(t *rapid.T) silencePlan {
	p := silencePlan{fetchPlan: drawFetch(t), Timeout: milliseconds(t, 20, 80, "timeout"), Cancel: rapid.Bool().Draw(t, "cancel")}
	p.Retries = rapid.SampledFrom([]int{-1, 1}).Draw(t, "retries")
	return p
}

func silentPeer(t *trial, p silencePlan) {
	cfg := p.config(nil)
	cfg.ConnectionTimeout = p.Timeout
	pair := t.blockPair(cfg)
	ids := pair.fill(p.IDs, p.Sizes)
	address := t.silence(pair.server)
	start := t.home.Runtime().Now()
	l := pair.fetchFrom(t.ctx, address, ids)
	t.until("every block's failure", l.all)
	took := t.home.Runtime().Now().Sub(start)
	t.finish()
	l.once()
	for _, h := range l.hearings() {
		if !errors.Is(h.err, api.ErrConnectionClosed) && !errors.Is(h.err, api.ErrTimeout) {
			t.errorf("block %s of a silent peer ended with: %v", h.id, h.err)
		}
	}
	least, retries := p.Timeout, max(p.Retries, 0)
	for range retries {
		least += p.Wait + p.Timeout
	}
	if took < least {
		t.errorf("a fetch from a silent peer, timeout %v, %d retries, failed after %v", p.Timeout, retries, took)
	}
}

func silentOnce(t *trial, p silencePlan) {
	p.Retries, p.PerPeer = 3, 1
	cfg := p.config(t.tamper(t.world.Host("client"), tampering{Mute: 1}))
	// The second connection must not be found silent, however slow the machine is: only the first one is.
	cfg.ConnectionTimeout = p.Timeout + 400*time.Millisecond
	pair := t.blockPair(cfg)
	ids := pair.fill(p.IDs, p.Sizes)
	l := pair.fetch(t.ctx, ids)
	t.until("every block", l.all)
	t.finish()
	l.once()
	for _, h := range l.hearings() {
		if h.err != nil {
			t.errorf("block %s did not come after one silent connection: %v", h.id, h.err)
		}
	}
}

type slowPlan struct {
	conditions
	Reads int // how many the transfer takes
	Each  int // bytes each
	Pause time.Duration
}

func drawSlow(t *rapid.T) slowPlan {
	return slowPlan{
		conditions: drawFair(t),
		Reads:      rapid.IntRange(8, 12).Draw(t, "reads"),
		Each:       rapid.IntRange(100, 2_000).Draw(t, "each"),
		Pause:      milliseconds(t, 150, 200, "pause"),
	}
}

func slowPeer(t *trial, p slowPlan) {
	n := t.tamper(t.world.Host("client"), tampering{Pause: p.Pause, PauseEach: p.Each})
	pair := t.blockPair(api.BlockTransferConfig{Network: n, MaxRetries: -1, ConnectionTimeout: time.Second})
	l := pair.fetch(t.ctx, pair.fill(rddIDs, []int{p.Reads * p.Each}))
	t.until("the block", l.all)
	t.finish()
	l.once()
	for _, h := range l.hearings() {
		if h.err != nil {
			t.errorf("a block that arrived slowly, with %v between its pieces, was given up: %v", p.Pause, h.err)
		}
	}
}

func blockContext(t *trial, p silencePlan) {
	pair := t.blockPair(p.config(nil))
	ids := pair.fill(p.IDs, p.Sizes)
	address := t.silence(pair.server)
	rt := pair.client.Runtime()
	var ctx context.Context
	var cancel context.CancelFunc
	t.on(pair.client, "make the context", func() {
		if p.Cancel {
			ctx, cancel = api.WithCancel(t.ctx, rt)
			rt.AfterFunc(p.Timeout, cancel)
		} else {
			ctx, cancel = api.WithTimeout(t.ctx, rt, p.Timeout)
		}
	})
	t.atEnd(pair.client, "cancel", func() error { cancel(); return nil })
	l := pair.fetchFrom(ctx, address, ids)
	t.goOn(pair.client, "upload to silence", func() {
		err := pair.clientSvc.UploadBlock(ctx, address, "exec-1", "rdd_9_9", api.NewBytesBuffer(content("rdd_9_9", 10)), nil)
		t.endedWith(err, p.Cancel, "an upload")
	})
	t.join()
	t.until("every block's failure", l.all)
	t.finish()
	l.once()
	for _, h := range l.hearings() {
		t.endedWith(h.err, p.Cancel, "a block")
	}
}

// endedWith checks the outcome of something whose context ended.
func (t *trial) endedWith(err error, cancelled bool, what string) {
	if cancelled && !errors.Is(err, context.Canceled) || !cancelled && !isDeadline(err) {
		t.errorf("%s whose context ended (cancelled %v) ended with: %v", what, cancelled, err)
	}
}
