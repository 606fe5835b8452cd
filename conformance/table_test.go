// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/twinwire/twinwire/conformance"
	"github.com/twinwire/twinwire/internal/fault"
)

func TestTable(t *testing.T) {
	r := conformance.Report{Harness: "quic", Seed: 7, Rows: []conformance.Row{
		{
			Property: conformance.Property{Family: "rpc ordering", Name: "first things come first"}, Cases: 1400,
			Faults: fault.Counts{fault.Reset: 31, fault.Delay: 2_204_001, fault.Crash: 0},
		},
		{
			Property: conformance.Property{Family: "connection", Name: "it holds", Clause: "C9"}, Cases: 3,
			Failure: &conformance.Failure{
				Seed: 9, Plan: "Asks 1", Broken: []string{"it broke\nin two"}, Faults: fault.Counts{fault.Split: 1}, Repeat: "simctl check",
			},
		},
		{Property: conformance.Property{Family: "connection", Name: "it lasts"}, NotApplicable: conformance.Crashes.String()},
	}}
	want := `quic, seed 7

family        property                 cases  faults that fired          result
rpc ordering  first things come first  1,400  delay 2,204,001, reset 31  ok
connection    it holds                 3      none                       FAIL  seed 9
connection    it lasts                 0      none                       n/a: needs crashes

FAIL connection: it holds
     clause  CONTRACT.md C9
     plan    Asks 1
     faults  split 1
     broken  it broke
             in two
     repeat  simctl check
`
	if diff := cmp.Diff(want, r.String()); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
	if !r.Failed() || len(r.Broken()) != 1 {
		t.Errorf("Failed %v, Broken %q", r.Failed(), r.Broken())
	}
}
