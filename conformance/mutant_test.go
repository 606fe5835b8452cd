// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"slices"
	"testing"

	"github.com/twinwire/twinwire/conformance"
)

// TestMutants runs each mutant as simctl does: the run fails, names a property that the mutant names, and the seed it
// prints finds the failure at once.
func TestMutants(t *testing.T) {
	for _, m := range conformance.Mutants() {
		t.Run(m.Name, func(t *testing.T) {
			property := m.CaughtBy[0]
			r := conformance.Check(m.Wrap(memnetHarness()), conformance.Options{Property: property})
			if !r.Failed() || !slices.Contains(r.Broken(), property) {
				t.Fatalf("%q does not catch the mutant (%s)\n%s", property, m.About, r)
			}
			seed := r.Rows[0].Failure.Seed
			again := conformance.Check(m.Wrap(memnetHarness()), conformance.Options{Property: property, Seed: seed, Cases: 1})
			if !again.Failed() {
				t.Errorf("seed %d does not repeat the failure\n%s", seed, r)
			}
			if fine := conformance.Check(memnetHarness(), conformance.Options{Property: property, Seed: seed, Cases: 1}); fine.Failed() {
				t.Errorf("without the mutant the same case fails\n%s", fine)
			}
		})
	}
}
