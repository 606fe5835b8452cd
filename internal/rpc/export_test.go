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
