// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"slices"
	"testing"
	"time"

	"github.com/twinwire/twinwire/conformance"
)

// breaker breaks an implementation in one way, like a mutant, to show that properties can fail.
type breaker struct {
	name   string
	wrap   func(conformance.Harness) conformance.Harness
	breaks []string // names of properties
}

// TestEveryPropertyCanFail breaks each property by a breaker or a mutant. A property that nothing breaks checks nothing.
func TestEveryPropertyCanFail(t *testing.T) {
	broken := map[string]bool{}
	all := slices.Concat(rpcBreakers(), lifeBreakers(), endBreakers(), blockBreakers(), sharingBreakers(), connectionBreakers())
	for _, m := range conformance.Mutants() {
		all = append(all, breaker{m.Name, m.Wrap, m.CaughtBy})
	}
	for _, b := range all {
		t.Run(b.name, func(t *testing.T) {
			for _, name := range b.breaks {
				// A property that still holds is what this test is about; how small a broken case gets is not.
				o := conformance.Options{Property: name, Shrink: time.Nanosecond}
				if r := conformance.Check(b.wrap(memnetHarness()), o); !slices.Contains(r.Broken(), name) {
					t.Errorf("%q holds\n%s", name, r)
				}
				broken[name] = true
			}
		})
	}
	for _, p := range conformance.Properties() {
		if !broken[p.Name] {
			t.Errorf("nothing breaks %q", p.Name)
		}
	}
}
