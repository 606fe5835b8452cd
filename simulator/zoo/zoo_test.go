// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"testing"
	"time"

	"github.com/twinwire/twinwire/simulator"
)

// TestZoo: each bug is found, shrunk and repeated, and its twin passes. make zoo does the same with more seeds.
func TestZoo(t *testing.T) {
	for _, b := range Bugs() {
		t.Run(b.Name, func(t *testing.T) {
			m, err := Examine(b, ExamConfig{TwinSeeds: 200, Shrink: 5 * time.Second})
			if err != nil {
				t.Error(err)
				return
			}
			t.Logf("seed %d, %s: %v; shrunk to %v in %v", m.Seed, m.Signature, m.Before, m.After, m.Shrinking)
		})
	}
}

// TestPlansOfFailures: the faults of any failing run, as text, make the same run.
func TestPlansOfFailures(t *testing.T) {
	for _, b := range Bugs() {
		failing := simulator.Sweep(simulator.SweepConfig{Seeds: simulator.Seeds{First: 1, Last: 60}}, b.Broken)
		if len(failing.Failures) == 0 {
			t.Errorf("%s: no failure in 60 seeds", b.Name)
		}
		for _, f := range failing.Failures {
			cfg := failing.Run(f.Seed)
			cfg.Record = true
			if err := repeatPlan(b, simulator.Run(cfg, b.Broken)); err != nil {
				t.Error(err)
			}
		}
	}
}
