// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"context"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// TestEndedContexts: who no longer waits when he asks gets his context's error, and nobody is asked.
func TestEndedContexts(t *testing.T) {
	inWorlds(t, func(p *place) {
		p.both(api.RpcEnvConfig{}, func() api.RpcEndpoint { return echo() }, func(where string, ref api.RpcEndpointRef) {
			p.mustAsk(ref, "connected", "connected")
			server := p.envs[0]
			before := server.Stats().Delivered
			cancelled, cancel := api.WithCancel(p.ctx, p.rt)
			cancel()
			for range 20 {
				_, err := api.Ask[string](cancelled, ref, "too late")
				p.wantErr(where+", cancelled", err, context.Canceled)
				for _, d := range []time.Duration{0, -time.Second} {
					late, cancel := api.WithTimeout(p.ctx, p.rt, d)
					_, err := api.Ask[string](late, ref, "too late")
					p.wantErr(where+", in no time", err, context.DeadlineExceeded, api.ErrTimeout)
					cancel()
				}
			}
			for _, env := range p.envs[1:] { // not server: here it needs no answer
				_, err := env.Lookup(cancelled, ref.String())
				p.wantErr(where+", look up", err, context.Canceled)
			}
			p.mustAsk(ref, "in order", "in order")
			if n := server.Stats().Delivered - before; n != 1 {
				p.Errorf("%s: %d messages were delivered, want the last alone", where, n)
			}
		})
	})
}
