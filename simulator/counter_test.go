// SPDX-License-Identifier: Apache-2.0

package simulator_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

// counting is the scenario of TestCounter with a server that may crash, and the clients' asks as an outsider sees them.
func counting(server func(ctx context.Context, n simulator.Node) error) func() simulator.Scenario {
	return func() simulator.Scenario {
		given, numbers := 0, map[int]bool{}
		client := func(ctx context.Context, n simulator.Node) error {
			env, err := n.RpcEnv(api.RpcEnvConfig{Bind: "-"})
			if err != nil {
				return err
			}
			address, err := n.Address("server")
			if err != nil {
				return err
			}
			ref := env.EndpointRef(api.RpcEndpointAddress{Name: "counter", Address: address})
			for range 20 {
				if number, err := api.Ask[int](ctx, ref, Next{}); err == nil {
					given++
					numbers[number] = true
				}
			}
			return nil
		}
		faults := simulator.Hostile()
		faults.ResetPPM, faults.CrashEvery = 3_000, 3*time.Second
		return simulator.Scenario{
			Name:   "counting",
			Hosts:  simulator.Hosts{"server": server, "ann": client, "bob": client},
			Faults: faults,
			Always: simulator.Invariants{"no number twice": func() error {
				if given != len(numbers) {
					return fmt.Errorf("%d given, %d of them different", given, len(numbers))
				}
				return nil
			}},
		}
	}
}

// durable serves a counter that writes each number to its disk before it gives it away: a new file for each.
func durable(ctx context.Context, n simulator.Node) error {
	last := 0
	for {
		_, err := n.Files().Stat(fmt.Sprint(last + 1))
		if errors.Is(err, fs.ErrNotExist) {
			break
		}
		if err != nil {
			return err
		}
		last++
	}
	return simulator.Serve("counter", func(api.RpcEnv) api.RpcEndpoint {
		return api.Handlers(api.OnAsk(func(api.RpcCallContext, Next) (int, error) {
			f, err := n.Files().Create(fmt.Sprint(last + 1))
			if err != nil {
				return 0, err
			}
			last++
			return last, errors.Join(f.Sync(), f.Close())
		}))
	})(ctx, n)
}

func TestForgetfulCounterIsFound(t *testing.T) {
	found, faults := 0, simulator.FaultCounts{}
	for seed := range uint64(200) {
		res := simulator.Run(simulator.RunConfig{Seed: seed}, counting(simulator.Serve("counter", counter)))
		faults.Add(res.Faults)
		if res.Verdict == simulator.Passed {
			continue
		}
		found++
		if res.Signature != "invariant no number twice" || !res.Repeats() {
			t.Fatal(res.Report())
		}
	}
	if found < 5 || found > 195 {
		t.Errorf("found in %d of 200 seeds, with %v", found, faults)
	}
}

func TestDurableCounterPasses(t *testing.T) {
	res := simulator.Sweep(simulator.SweepConfig{Seeds: simulator.Seeds{First: 0, Last: 199}}, counting(durable))
	if res.Passed != 200 || res.Distinct < 199 {
		t.Errorf("%d of 200 seeds passed, %d different hashes: %v", res.Passed, res.Distinct, res.Failures)
	}
	for _, kind := range []simulator.FaultKind{"delay", "split", "reset", "partition", "crash", "restart"} {
		if res.Faults[kind] < 10 {
			t.Errorf("%s fired %d times in 200 runs", kind, res.Faults[kind])
		}
	}
}
