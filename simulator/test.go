// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"os"
	"testing"
)

// Test runs a scenario under a few seeds, each a subtest: 20 of them, 5 with -short, which depend on the test's name
// only. It calls scenario once for each run. The first failing seed is shrunk and reported in full, the others in a
// line; each report ends with the command that repeats it. The environment says otherwise:
//
//	SIM_SEED=1187      runs this seed
//	SIM_SEEDS=1-1000   searches these seeds
//	SIM_TAPE=min.tape  runs this tape, such as that of a shrunk failure
//	SIM_PLAN=x.plan    strikes with this plan instead of the profile; its seed, if it has one, is the only one
//	SIM_EXPLORE=30s    searches fresh seeds for so long, in parallel and guided, after the usual ones
//	SIM_SHRINK=1m      shrinks for so long, a tape too; 0: does not. Otherwise seeds 10 s, and tapes not
//	SIM_WHY=1m         shrinks, and then finds out for so long why the smallest run fails: see [Why]
//	SIM_TRACE=64       shows so many of the last events, of a seed that passes too, instead of what led to a failure
//	SIM_JSON=out.json  adds a [TestOutcome] for each run to this file, one a line
//	SIM_FAULTS=swarm   strikes with this profile instead of the scenario's: calm, lan, wan, hostile or swarm
//
// A search, of SIM_SEEDS or SIM_EXPLORE, strikes with [Swarm] where neither the scenario nor SIM_FAULTS says what strikes.
//
// A variable whose name is nearly one of these, such as SIM_SEEED, is a mistake and fails the test; other names that begin
// with SIM_ are somebody else's, and are told of in the log.
//
// What tasks say through their [TB] is printed once for each seed, with host and virtual time.
//
// A seed that fails is run again, and once more in a process of its own, to prove that it repeats.
func Test(t *testing.T, scenario func() Scenario) {
	t.Helper()
	others, err := checkSettings(os.Environ())
	if err != nil {
		t.Fatal(err)
	}
	o, err := readOptions(t.Name(), os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	if len(others) > 0 {
		t.Log(otherSettings(others))
	}
	r := &testRun{options: o, name: t.Name(), pkg: testPackage(), scenario: scenario, outer: t}
	switch {
	case o.plan != "" && !r.readPlan(t):
		return
	case o.confirm == confirmReport:
		r.answerReport(t)
		return
	case o.confirm != "":
		r.answer(t)
		return
	case o.tape != "":
		r.tape(t)
		return
	}
	if o.search {
		r.searches()
	}
	for i, seed := range r.options.seeds {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Helper()
			r.seed(t, seed, i%repeatEvery == repeatEvery-1)
		})
		if r.others != "" {
			t.Fatal("the other seeds are not run: " + r.others)
		}
	}
	if o.explore > 0 {
		t.Run("explore", r.explore)
	}
}
