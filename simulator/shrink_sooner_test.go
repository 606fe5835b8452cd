// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// hasty is a scenario of a client that gives up when an answer takes long, on a network that loses something now and then.
func hasty() Scenario {
	return Scenario{
		Faults: Profile{Name: "lossy", LatencyMean: time.Millisecond, LossPPM: 10_000, SplitPPM: 100_000}, Main: []string{"client"},
		Hosts: Hosts{
			"server": Serve("echo", func(api.RpcEnv) api.RpcEndpoint {
				return api.Handlers(api.OnAsk(func(_ api.RpcCallContext, text string) (string, error) { return text, nil }))
			}),
			"client": func(ctx context.Context, n Node) error {
				env, err := n.RpcEnv(api.RpcEnvConfig{Bind: "-"})
				if err != nil {
					return err
				}
				ref := env.EndpointRef(api.RpcEndpointAddress{Name: "echo", Address: api.NewRpcAddress("server", envPort)})
				for i := range Ops(n, 100) {
					began := n.Runtime().Now()
					if _, err := api.Ask[string](ctx, ref, "well?"); err != nil {
						return err
					}
					if i >= 10 && n.Runtime().Now().Sub(began) > 100*time.Millisecond {
						return errors.New("it took long")
					}
				}
				return nil
			},
		},
	}
}

// TestShrinkLetsOccasionsComeSooner: without the operations before it, the segment that is lost is an earlier one; and
// without the splits.
func TestShrinkLetsOccasionsComeSooner(t *testing.T) {
	s, ok := Shrink(ShrinkConfig{Run: RunConfig{Seed: failingSeed(t, hasty)}, Budget: time.Minute}, hasty)
	if size := s.Last.Size(); !ok || size.Faults != 1 || size.Operations != 1 || s.First.Size().Operations < 11 {
		t.Errorf("ok %v: %v, shrunk to %v", ok, s.First.Size(), size)
	}
}
