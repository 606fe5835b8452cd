// SPDX-License-Identifier: Apache-2.0

package simulator_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
)

// README begin

type Next struct{} // asks for a number that nobody else has

func counter(api.RpcEnv) api.RpcEndpoint {
	last := 0
	return api.Handlers(api.OnAsk(func(api.RpcCallContext, Next) (int, error) { last++; return last, nil }))
}

func TestCounter(t *testing.T) {
	simulator.Test(t, func() simulator.Scenario { // called once for each seed
		owner := map[int]string{}
		client := func(ctx context.Context, n simulator.Node) error {
			env, err := n.RpcEnv(api.RpcEnvConfig{Bind: "-"})
			for i := 0; err == nil && i < 10; i++ {
				counter, _ := env.Lookup(ctx, "spark://counter@server:7077")
				number, lost := api.Ask[int](ctx, counter, Next{})
				if lost == nil && owner[number] != "" {
					err = fmt.Errorf("number %d is %s's", number, owner[number])
				}
				owner[number] = n.Name()
			}
			return err
		}
		return simulator.Scenario{
			Hosts:  simulator.Hosts{"server": simulator.Serve("counter", counter), "ann": client, "bob": client},
			Faults: simulator.Hostile(),
			Safe:   []string{"server"}, // it counts in memory: delete this line and see
		}
	})
}

// README end

// deposits is a scenario of two tasks that add to one account, each in two critical sections.
func deposits() simulator.Scenario {
	balance := 0
	return simulator.Scenario{
		Hosts: simulator.Hosts{"bank": func(ctx context.Context, n simulator.Node) error {
			mu, tasks := n.Runtime().NewMutex(), api.NewGroup(n.Runtime())
			for range 2 {
				tasks.Go("deposit", func() error {
					mu.Lock()
					was := balance
					mu.Unlock()
					mu.Lock()
					balance = was + 1
					mu.Unlock()
					return nil
				})
			}
			return tasks.Wait(ctx)
		}},
		Checks: simulator.Checks{"no deposit is lost": func() error {
			if balance != 2 {
				return fmt.Errorf("balance %d after 2 deposits", balance)
			}
			return nil
		}},
	}
}

// A seed in which the two tasks interleave loses a deposit.
func ExampleRun() {
	for seed := uint64(1); ; seed++ {
		if res := simulator.Run(simulator.RunConfig{Seed: seed}, deposits); !res.Verdict.OK() {
			fmt.Println(res.Verdict, res.Repeats(), res.Err)
			return
		}
	}
	// Output: failed true no deposit is lost: balance 1 after 2 deposits
}

// The lost deposit of the example of Run, explained: it needs that a task waits where it need not.
func ExampleWhy() {
	for seed := uint64(1); ; seed++ {
		small, failed := simulator.Shrink(simulator.ShrinkConfig{Run: simulator.RunConfig{Seed: seed}}, deposits)
		if !failed {
			continue
		}
		why, _ := simulator.Why(simulator.WhyConfig{Run: simulator.RunConfig{Tape: small.Last.Tape}}, deposits)
		for _, n := range why.Needs {
			if n.Kind == "switch" && n.Needed {
				fmt.Println("without one of its switches it", n.Otherwise)
				return
			}
		}
		return
	}
	// Output: without one of its switches it passed
}
