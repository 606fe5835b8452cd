// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"runtime/debug"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// rounds is a scenario in which every host asks all others again and again, and does not wait for long.
func rounds() Scenario {
	names := []string{"a", "b", "c", "d"}
	member := func(ctx context.Context, n Node) error {
		env, err := n.RpcEnv(api.RpcEnvConfig{AskTimeout: 50 * time.Millisecond})
		if err != nil {
			return err
		}
		echo := api.Handlers(api.OnAsk(func(_ api.RpcCallContext, text string) (string, error) { return text, nil }))
		if _, err := env.SetupEndpoint("echo", echo); err != nil {
			return err
		}
		for {
			for _, name := range names {
				ref := env.EndpointRef(api.RpcEndpointAddress{Name: "echo", Address: api.NewRpcAddress(name, envPort)})
				n.Runtime().Go("ask "+name, func() { _, _ = api.Ask[string](ctx, ref, "well?") })
			}
			if err := api.Sleep(ctx, n.Runtime(), 20*time.Millisecond); err != nil {
				return err
			}
		}
	}
	sc := Scenario{Hosts: Hosts{"end": func(ctx context.Context, n Node) error { return api.Sleep(ctx, n.Runtime(), 10*time.Second) }}, Main: []string{"end"}, Safe: []string{"end"}}
	for _, name := range names {
		sc.Hosts[name] = member
	}
	return sc
}

// TestSeedsRepeatWhateverPoolsHold: a run is the same when the collector empties the pools all the time, and when it never
// does.
func TestSeedsRepeatWhateverPoolsHold(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100))
	for seed := range uint64(20) {
		cfg := RunConfig{Seed: seed, Faults: Swarm()}
		debug.SetGCPercent(-1)
		kept := Run(cfg, rounds)
		debug.SetGCPercent(1)
		emptied := Run(cfg, rounds)
		if kept.Hash != emptied.Hash {
			t.Errorf("seed %d: hash %016x without collections, %016x with many", seed, kept.Hash, emptied.Hash)
		}
	}
}
