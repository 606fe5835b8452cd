// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/rpc"
)

// TestMessageBehindTheStop: an endpoint that has stopped, and whose inbox nobody holds, takes no message of a peer that found
// it before.
func TestMessageBehindTheStop(t *testing.T) {
	inWorlds(t, func(p *place) {
		env := p.server("server", api.RpcEnvConfig{})
		ref := p.endpoint(env, "late", echo())
		hand := rpc.LateHand(env, "late")
		before := env.Stats().Endpoints
		env.Stop(ref)
		p.until("the endpoint stops", func() bool { return env.Stats().Endpoints < before })
		_ = api.Sleep(p.ctx, p.rt, time.Millisecond) // its loop lets go of it
		if hand() {
			p.Error("taken")
		}
	})
}
