// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
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
	failures int
	stalled  bool
}

func (r *testRun) config(seed uint64) RunConfig {
	return RunConfig{Seed: seed, Faults: r.options.faults, Plan: r.plan, Replay: r.command(fmt.Sprintf("SIM_SEED=%d", seed))}
}

// readPlan reads the plan of the environment, and takes its seed.
func (r *testRun) readPlan(t *testing.T) bool {
	t.Helper()
	text, err := os.ReadFile(r.options.plan)
	if err != nil {
		t.Errorf("SIM_PLAN: %v", err)
		return false
	}
	p, err := ParsePlan(r.options.plan, string(text))
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

// seed runs one seed as a subtest. Passing seeds are confirmed now and then, failing ones always.
func (r *testRun) seed(t *testing.T, seed uint64, sample bool) {
	t.Helper()
	failedBefore := r.outer.Failed()
	cfg := r.config(seed)
	cfg.elsewhere = true
	res := runSafely(cfg, r.scenario)
	for _, line := range res.said {
		t.Log(line)
	}
	if calls := r.outer.Failed() && !failedBefore || res.exitedTest(); calls {
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
		t.Log(res)
		return
	}
	r.report(t, r.confirm(t, res))
}

// report reports a failing run: the first one shrunk and in full.
func (r *testRun) report(t *testing.T, res Result) {
	t.Helper()
	r.failures++
	r.stalled = res.Verdict == Stalled
	switch {
	case r.failures > 1:
		t.Errorf("%v; replay: %s", res, res.Replay)
	case r.options.shrink < 0 || !res.Repeats() || res.Verdict == Nondeterministic:
		t.Error(res.Report())
	default:
		t.Error(r.shrunk(t, res))
	}
}

// shrunk shrinks a failing run, keeps the tape, and returns the report.
func (r *testRun) shrunk(t *testing.T, res Result) string {
	t.Helper()
	cfg := r.config(res.Seed)
	cfg.Strategy = res.strategy
	s, ok := Shrink(ShrinkConfig{Run: cfg, Budget: r.options.shrink}, r.scenario)
	if !ok {
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
	return s.Report()
}

// keep writes the tape of the smallest run to testdata/sim, and the plan of the first one.
func (r *testRun) keep(seed uint64, s Shrunk) (path string, err error) {
	name := strings.Map(func(c rune) rune {
		if strings.ContainsRune(`/\:*?"<>| '`, c) {
			return '_'
		}
		return c
	}, r.name)
	base := filepath.Join("testdata", "sim", fmt.Sprintf("%s-%d", name, seed))
	if err := os.MkdirAll(filepath.Dir(base), 0o755); err != nil {
		return "", err
	}
	if err := os.WriteFile(base+".plan", []byte(s.First.Plan.String()), 0o644); err != nil {
		return "", err
	}
	return base + ".tape", os.WriteFile(base+".tape", []byte(s.Last.Tape.String()), 0o644)
}

// tape runs the tape of a file.
func (r *testRun) tape(t *testing.T) {
	t.Helper()
	text, err := os.ReadFile(r.options.tape)
	if err != nil {
		t.Fatalf("SIM_TAPE: %v", err)
	}
	tape, err := ParseTape(string(text))
	if err != nil {
		t.Fatalf("SIM_TAPE=%s: %v", r.options.tape, err)
	}
	cfg := r.config(0)
	cfg.Tape, cfg.Twice, cfg.Replay = tape, true, r.command("SIM_TAPE="+r.options.tape)
	res := runSafely(cfg, r.scenario)
	for _, line := range res.said {
		t.Log(line)
	}
	if tape.Hash != 0 && tape.Hash != res.Hash {
		t.Logf("not the run the tape was made of: its hash was %016x; the code or the scenario has changed since. %s", tape.Hash, res.Fit())
	}
	if res.Verdict.OK() {
		t.Log(res)
		return
	}
	t.Error(res.Report())
}

// explore searches fresh seeds.
func (r *testRun) explore(t *testing.T) {
	if r.options.faults.Name == "" && !r.scenario().hasFaults() {
		r.options.faults = Swarm() // as in any search; the commands that repeat a failure say so
	}
	first := rand.Uint64N(math.MaxUint32) << 16 // nobody has seen them
	found := Sweep(SweepConfig{
		Seeds: Seeds{First: first, Last: first + math.MaxUint32}, Time: r.options.explore, Faults: r.options.faults,
		Replay: func(seed uint64) string { return r.config(seed).Replay },
	}, r.scenario)
	t.Logf("%d fresh seeds in %v", found.Runs, found.Wall)
	for i, f := range found.Failures {
		if i == 0 {
			r.seed(t, f.Seed, false)
			continue
		}
		t.Errorf("seed %d: %s; replay: %s", f.Seed, f.Error, f.Replay)
	}
}
