// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// A testRun is one call of [Test].
type testRun struct {
	options  testOptions
	name     string // of the test
	pkg      string // its package
	scenario func() Scenario
	outer    *testing.T // of the call: a scenario may close over it

	plan     *Plan
	verified bool // that no goroutine calls the world: the first run looks
	failures int
	others   string // why no other seeds are run
}

func (r *testRun) config(seed uint64) RunConfig {
	return RunConfig{Seed: seed, Faults: r.options.faults, Plan: r.plan, Trace: r.options.trace, Replay: r.command(fmt.Sprintf("SIM_SEED=%d", seed))}
}

// searches has what follows strike with the profile of a search, unless the scenario or the environment has one. The commands
// that repeat a failure say so.
func (r *testRun) searches() {
	if r.options.faults.Name == "" && r.plan == nil && !r.scenario().hasFaults() {
		r.options.faults = Swarm()
	}
}

// readPlan reads the plan of the environment, and takes its seed.
func (r *testRun) readPlan(t *testing.T) bool {
	t.Helper()
	text, err := os.ReadFile(r.options.plan)
	if err != nil {
		t.Errorf("SIM_PLAN: %v", err)
		return false
	}
	p, err := r.scenario().ParsePlan(r.options.plan, string(text))
	if err != nil {
		t.Errorf("SIM_PLAN:\n%v", err)
		return false
	}
	if p.Seed != nil {
		r.options.seeds = []uint64{*p.Seed}
	}
	r.plan = &p
	return true
}

// command is what repeats a run.
func (r *testRun) command(setting string) string {
	if r.options.faults.Name != "" {
		setting += " SIM_FAULTS=" + r.options.faults.Name
	}
	if r.options.plan != "" && !strings.HasPrefix(setting, "SIM_TAPE=") {
		setting += " SIM_PLAN=" + r.options.plan
	}
	return setting + " " + replayCommand(r.name, r.pkg)
}

// run makes a run, and logs what its tasks said.
func (r *testRun) run(t *testing.T, cfg RunConfig) Result {
	t.Helper()
	res := runSafely(cfg, r.scenario)
	for _, line := range res.said {
		t.Log(line)
	}
	return res
}

// seed runs one seed as a subtest. Passing seeds are confirmed now and then, failing ones always.
func (r *testRun) seed(t *testing.T, seed uint64, sample bool) {
	t.Helper()
	failedBefore, races := r.outer.Failed(), raceErrors()
	cfg := r.config(seed)
	cfg.elsewhere, cfg.verify = true, !r.verified
	r.verified = true
	res := r.run(t, cfg)
	raced := raceErrors() > races
	if raced {
		t.Errorf("%v; the race detector reported a data race in this run, above, and does so once in a process\n    replay: %s",
			res, strings.Replace(res.Replay, "go test ", "go test -race ", 1))
	}
	if calls := !raced && r.outer.Failed() && !failedBefore || res.exitedTest(); calls {
		r.reportElsewhere(t, res)
		return
	}
	if res.Verdict.OK() {
		if sample {
			if res = r.confirm(t, res); !res.Verdict.OK() {
				r.report(t, res)
				return
			}
		}
		r.passed(t, res)
		return
	}
	r.report(t, r.confirm(t, res))
}

// passed tells of a run that passed.
func (r *testRun) passed(t *testing.T, res Result) {
	t.Helper()
	r.tell(t, res, nil)
	if r.options.trace > 0 {
		t.Log(res.Report())
		return
	}
	t.Log(res)
}

// report reports a failing run: the first one shrunk and in full.
func (r *testRun) report(t *testing.T, res Result) {
	t.Helper()
	r.failures++
	switch {
	case res.Verdict == Stalled:
		r.others = "each would stall"
	case res.Signature == signatureScenario:
		r.others = "the scenario is wrong for each"
	}
	switch {
	case r.failures > 1:
		r.tell(t, res, nil)
		t.Errorf("%v; replay: %s", res, res.Replay)
	case !r.shrinks(res):
		r.tell(t, res, nil)
		t.Error(r.told(r.config(res.Seed), res).Report())
	default:
		t.Error(r.shrunk(t, r.config(res.Seed), res))
	}
}

// shrinks reports whether a failing run is to be shrunk, and can be.
func (r *testRun) shrinks(res Result) bool {
	return r.options.shrink >= 0 && res.Repeats() && res.Verdict != Nondeterministic
}

// told returns a failing run that can tell what happened in the order of cause, if it repeats and its events are not asked
// for: it is made once more.
func (r *testRun) told(cfg RunConfig, res Result) Result {
	if !res.Repeats() || res.Verdict == Nondeterministic || res.exitedTest() || r.options.trace > 0 {
		return res
	}
	var e Explanation
	cfg.observe, cfg.Strategy, cfg.brief = e.see, res.strategy, true
	if e.Run = safely(cfg, r.scenario); e.Run.Hash == res.Hash {
		res.causes = e.causeRows()
	}
	return res
}

// shrunk shrinks a failing run, keeps the tape, and returns the report.
func (r *testRun) shrunk(t *testing.T, cfg RunConfig, res Result) string {
	t.Helper()
	cfg.Strategy = res.strategy
	s, ok := Shrink(ShrinkConfig{Run: cfg, Budget: r.options.shrink, Progress: r.progress(t)}, r.scenario)
	if !ok {
		r.tell(t, res, nil)
		return res.Report()
	}
	s.First.Second, s.First.Confirmed = res.Second, res.Confirmed
	path, err := r.keep(res.Seed, s)
	if err != nil {
		t.Logf("tape and plan are not kept: %v", err)
	} else {
		s.Replay = r.command("SIM_TAPE=" + path)
	}
	s.First.Replay = res.Replay
	why, ok := r.explain(t, s)
	if ok {
		s.Story = r.story(t, why)
		s.Last.causes = why.causeRows()
	}
	r.tell(t, s.First, &s)
	if ok && r.options.why > 0 {
		return s.Report() + "\nwhy:\n" + why.Report()
	}
	return s.Report()
}
