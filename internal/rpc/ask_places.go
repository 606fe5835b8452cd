// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"cmp"
	"slices"
	"sync/atomic"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// An unanswered ask is found where it waits: with the connection its request went over, in the outbox of its address, or,
// when the endpoint is here, among the env's local asks. So an ask that is answered pays for no other list.

// askKind is one kind of ask: its timeout, and the timer that serves all asks with it. It is set to the next of them to
// time out whenever it has fired, so nothing is paid for an ask that is answered in time.
type askKind struct {
	timeout time.Duration
	armed   atomic.Bool // written with the env's mu held
	setting string      // the timeout's name

	// Guarded by the env's mu.
	timer api.Timer
	due   time.Duration // when the timer fires, if armed
}

// guard sees to it that an ask that has just been put somewhere cannot wait for ever: whoever ends the waiting asks looks
// there after it has said so, or is seen here.
func (e *Env) guard(a *pendingAsk) {
	if !a.kind.armed.Load() {
		e.arm(a.kind, a.deadline)
	}
	if e.stopping.Load() {
		a.fail(a.generation(), api.ErrEnvStopped)
	}
}

// arm has kind's timer fire at a time, or earlier if it does so already.
func (e *Env) arm(kind *askKind, at time.Duration) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stopping.Load() || kind.armed.Load() && kind.due <= at {
		return
	}
	kind.armed.Store(true)
	kind.due = at
	d := at - e.clock.Elapsed()
	if kind.timer == nil {
		kind.timer = e.rt.AfterFunc(d, func() { e.expire(kind) })
		return
	}
	kind.timer.Reset(d)
}

// expire ends the asks of kind that have timed out.
func (e *Env) expire(kind *askKind) {
	e.mu.Lock()
	kind.armed.Store(false)
	e.mu.Unlock()
	now := e.clock.Elapsed()
	next := time.Duration(0)
	for _, a := range e.unanswered() {
		switch {
		case a.kind != kind:
		case a.deadline <= now:
			a.fail(a.generation, errAskTimeout)
		case next == 0 || a.deadline < next:
			next = a.deadline
		}
	}
	if next != 0 {
		e.arm(kind, next)
	}
}

// asked names an ask, in one of its uses.
type asked struct {
	*pendingAsk
	generation uint64
	kind       *askKind
	deadline   time.Duration
}

func (a *pendingAsk) inThisUse() asked { return asked{a, a.generation(), a.kind, a.deadline} }

// unanswered returns the asks that wait, those first that began first.
func (e *Env) unanswered() []asked {
	var all []asked
	e.mu.Lock()
	for _, a := range e.local {
		all = append(all, a.inThisUse())
	}
	e.mu.Unlock()
	for _, o := range e.allOutboxes() {
		all = o.appendAsks(all)
	}
	each := func(c *transport.Client) {
		c.EachRpc(func(cb transport.RpcCallback) {
			if a, ok := cb.(*pendingAsk); ok {
				all = append(all, a.inThisUse())
			}
		})
	}
	e.clients.Each(each)
	if e.server != nil {
		e.server.Each(each)
	}
	slices.SortStableFunc(all, func(a, b asked) int { return cmp.Compare(a.began(), b.began()) })
	return all
}

// began is by the env's stopwatch, as deadlines are.
func (a asked) began() time.Duration { return a.deadline - a.kind.timeout }

func (o *outbox) appendAsks(all []asked) []asked {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, m := range o.queue {
		if m.ask != nil {
			all = append(all, m.ask.inThisUse())
		}
	}
	return all
}

// keepLocal puts a to the local asks.
func (e *Env) keepLocal(a *pendingAsk) {
	e.mu.Lock()
	a.at = int32(len(e.local))
	e.local = append(e.local, a)
	e.mu.Unlock()
	e.guard(a)
}

// forgetLocal takes it away again.
func (e *Env) forgetLocal(a *pendingAsk) {
	e.mu.Lock()
	last := len(e.local) - 1
	e.local[a.at] = e.local[last]
	e.local[a.at].at = a.at
	e.local[last] = nil
	e.local = e.local[:last]
	e.mu.Unlock()
}
