// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"context"

	"github.com/twinwire/twinwire/api"
)

// Outboxes is how many outboxes an env has.
func Outboxes(e api.RpcEnv) int { return len(e.(*Env).allOutboxes()) }

// UseAsk takes an ask for use, says what of an earlier use is left in it, and ends it before its asker waits.
func UseAsk(ended context.Context, e *Env) (id int64, woken bool) {
	a := e.newAsk(&e.usual)
	id, woken = a.sent.id, a.w.Wait(ended) == nil
	a.sent.id = 7
	a.refuse(api.ErrUnhandled)
	e.done(a)
	return id, woken
}

// LateHand hands a message over as a peer does that has found the endpoint earlier, and reports whether it is taken.
func LateHand(e api.RpcEnv, name string) (hand func() bool) {
	in := e.(*Env).dispatcher.find(name)
	return func() bool {
		_, _, ok := in.hand([]message{{kind: oneWay}}, 1, usualMessage)
		return ok
	}
}

// Guest is a reading task's loop that would process an endpoint.
type Guest struct {
	loops *messageLoops
	loop  *messageLoop
	in    *inbox
}

func NewGuest(e api.RpcEnv, name string) Guest {
	in := e.(*Env).dispatcher.find(name)
	return Guest{in.loops, &e.(*Env).takePlace().loop, in}
}

// Enter makes it a guest, if it may be one; LeaveLoops ends what came of that.
func (g Guest) Enter() bool { return g.loops.guests.enter(g.loop, g.in) }
func (g Guest) LeaveLoops() { g.loops.leave(g.loop, false) }

// Lock locks the loops while f runs.
func (g Guest) Lock(f func()) { g.loops.lock(); f(); g.loops.unlock() }

// Visits reports whether it is a guest still.
func (g Guest) Visits() bool { return g.loop.visits() }
