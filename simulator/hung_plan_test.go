// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// TestPlanOfHungRun: the plan says when the faults have healed and how long the run may then take, so that it makes the same
// run whatever profile was asked for.
func TestPlanOfHungRun(t *testing.T) {
	scenario := func() Scenario {
		return Scenario{Ends: 10 * time.Second, Hosts: Hosts{"a": func(ctx context.Context, n Node) error {
			for {
				if err := api.Sleep(ctx, n.Runtime(), 100*time.Millisecond); err != nil {
					return err
				}
			}
		}}}
	}
	for _, p := range []Profile{Swarm(), Hostile()} {
		first := Run(RunConfig{Seed: 7, Faults: p, Record: true}, scenario)
		if first.Virtual < p.Until+9*time.Second || first.Virtual > p.Until+11*time.Second {
			t.Errorf("%s: hung after %v, the faults healed after %v", p.Name, first.Virtual, p.Until)
		}
		again, err := ParsePlan(p.Name, first.Plan.String())
		if err != nil {
			t.Fatal(err)
		}
		if got := Run(RunConfig{Plan: &again}, scenario); got.Hash != first.Hash || got.Virtual != first.Virtual || first.Verdict != Hung {
			t.Errorf("%s: %v; its plan makes %v\n%v", p.Name, first, got, again)
		}
	}
}
