// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"strings"
	"testing"
)

// TestARecordedPlanIsOneForItsScenario: what a run has recorded names hosts of its scenario only; an edit that does not is told.
func TestARecordedPlanIsOneForItsScenario(t *testing.T) {
	for seed := range uint64(30) {
		text := Run(RunConfig{Seed: seed, Record: true, Faults: Swarm()}, register(true, false)).Plan.String()
		p, err := register(true, false)().ParsePlan("recorded", text)
		if err != nil || p.String() != text {
			t.Fatalf("seed %d: %v", seed, err)
		}
		wrong := strings.ReplaceAll(text, "primary", "prinary")
		if _, err := register(true, false)().ParsePlan("edited", wrong); wrong != text &&
			(err == nil || !strings.Contains(err.Error(), `has no host "prinary"; did you mean "primary"?`)) {
			t.Errorf("seed %d: %v", seed, err)
		}
	}
}

// TestARecordedPlanMakesTheSameRun: to its end, which the clocks of the hosts are wrong in too, and what they left behind is looked for.
func TestARecordedPlanMakesTheSameRun(t *testing.T) {
	wrong := 0
	for seed := range uint64(60) {
		first := Run(RunConfig{Seed: seed, Record: true, Faults: Swarm()}, register(true, false))
		wrong += len(first.Plan.Clocks)
		again := Run(RunConfig{Plan: first.Plan}, register(true, false))
		if again.Hash != first.Hash || again.Signature != first.Signature {
			t.Fatalf("seed %d: %v, hash %016x; by its plan %v, hash %016x\n%v", seed, first, first.Hash, again, again.Hash, first.Plan)
		}
	}
	if wrong == 0 {
		t.Error("no clock was ever wrong")
	}
}
