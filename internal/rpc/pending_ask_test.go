// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/rpc"
)

// An ask that is used again is like a new one, for the garbage collector decides which it is. With the id of its earlier
// request one that times out would take away the request of somebody else; with a permit left its asker would wake early.
func TestUsedAskIsLikeNew(t *testing.T) {
	inSimulation(t, 1, func(p *place) {
		env := p.client("client", api.RpcEnvConfig{}).(*rpc.Env)
		ended, cancel := api.WithCancel(p.ctx, p.rt)
		cancel()
		for range 20 { // a pool may lose what it is given
			if id, woken := rpc.UseAsk(ended, env); id != 0 || woken {
				p.Fatalf("a new ask has the id %d of a request, and its asker wakes: %v", id, woken)
			}
		}
	})
}
