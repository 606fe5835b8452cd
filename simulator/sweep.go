// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"errors"
	"runtime"
	"slices"
	"sync"
	"time"
)

// repeatEvery is how many seeds there are for one that is run twice even though it passes.
const repeatEvery = 20

// SweepConfig says which seeds to run, and how. The zero value runs seed 0.
type SweepConfig struct {
	// Seeds are the seeds to run.
	Seeds Seeds
	// Workers is how many worlds run at a time. 0: as many as Go uses cores.
	Workers int
	// MaxSteps and Stall are limits of each run; see [RunConfig].
	MaxSteps uint64
	Stall    time.Duration
	// Replay returns the command that repeats a seed, for the failures. Nil: none.
	Replay func(seed uint64) string
	// Progress is called after each seed with what is known so far, by one goroutine at a time; it should not take long.
	// Nil: not called.
	Progress func(sofar SweepResult)

	_ struct{}
}

// SweepResult counts how the runs of a sweep ended: Runs = Passed + CleanErrors + Failed + Hung + Nondeterministic. A
// run that panicked or stalled counts as failed; a seed that was run twice counts once.
type SweepResult struct {
	Runs, Passed, CleanErrors, Failed, Hung, Nondeterministic uint64

	Distinct int           // different trace hashes
	Faults   FaultCounts   // that fired in all runs, second runs apart
	Wall     time.Duration // real time
	Failures []Failure     // all runs that did not end right, by seed once the sweep is over
}

// Failure is a seed whose run did not end right.
type Failure struct {
	Seed   uint64 `json:"seed"`
	Error  string `json:"error"`
	Replay string `json:"replay"`
}

// Sweep runs a scenario under many seeds, in parallel; scenario must not share anything between its results. Every
// failing seed and every twentieth other one is run twice, and counts as nondeterministic, and as nothing else, when
// its runs differ.
func Sweep(cfg SweepConfig, scenario func() Scenario) SweepResult {
	s := &sweep{cfg: cfg, scenario: scenario, began: time.Now(), hashes: map[uint64]struct{}{}}
	s.total.Faults = FaultCounts{}
	workers := cfg.Workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(s.work)
	}
	wg.Wait()
	slices.SortFunc(s.total.Failures, func(a, b Failure) int { return cmp.Compare(a.Seed, b.Seed) })
	return s.total
}

type sweep struct {
	cfg      SweepConfig
	scenario func() Scenario
	began    time.Time

	mu     sync.Mutex
	taken  uint64 // seeds handed to workers
	total  SweepResult
	hashes map[uint64]struct{}
}

func (s *sweep) work() {
	for {
		s.mu.Lock()
		n := s.taken
		if n == s.cfg.Seeds.Count() {
			s.mu.Unlock()
			return
		}
		s.taken++
		s.mu.Unlock()
		s.record(s.run(n))
	}
}

var errGoexit = errors.New("a task or the scenario ended its goroutine: t.FailNow and runtime.Goexit have no meaning here, return an error")

// run makes the nth run, on a goroutine of its own: a Goexit in it ends the run, not the worker.
func (s *sweep) run(n uint64) Result {
	cfg := RunConfig{Seed: s.cfg.Seeds.First + n, MaxSteps: s.cfg.MaxSteps, Stall: s.cfg.Stall, Twice: n%repeatEvery == repeatEvery-1}
	if s.cfg.Replay != nil {
		cfg.Replay = s.cfg.Replay(cfg.Seed)
	}
	res := Result{Seed: cfg.Seed, Verdict: Failed, Err: errGoexit, Signature: "goexit", Replay: cfg.Replay}
	var wg sync.WaitGroup
	wg.Go(func() { res = Run(cfg, s.scenario) })
	wg.Wait()
	return res
}

func (s *sweep) record(res Result) {
	s.mu.Lock()
	defer s.mu.Unlock()
	t := &s.total
	t.Runs++
	switch res.Verdict {
	case Passed:
		t.Passed++
	case CleanError:
		t.CleanErrors++
	case Hung:
		t.Hung++
	case Nondeterministic:
		t.Nondeterministic++
	default:
		t.Failed++
	}
	if !res.Verdict.OK() {
		t.Failures = append(t.Failures, Failure{Seed: res.Seed, Error: res.ending(), Replay: res.Replay})
	}
	t.Faults.Add(res.Faults)
	s.hashes[res.Hash] = struct{}{}
	t.Distinct = len(s.hashes)
	t.Wall = time.Since(s.began)
	if s.cfg.Progress != nil {
		s.cfg.Progress(*t)
	}
}
