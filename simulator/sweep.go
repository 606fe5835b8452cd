// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/memnet"
)

// repeatEvery is how many seeds there are for one that is run twice even though it passes.
const repeatEvery = 20

// SweepConfig says which seeds to run, and how. The zero value runs seed 0.
type SweepConfig struct {
	// Seeds are the seeds to run.
	Seeds Seeds
	// MaxFailures ends the sweep once so many seeds have failed. 0: no limit.
	MaxFailures int
	// Time is how long to go on, in real time, if the seeds do not end before. 0: until they end.
	Time time.Duration
	// Faults is what strikes instead of the scenario's own profile. The zero value: the scenario's own, and [Swarm] for
	// scenarios that have none.
	Faults Profile
	// Strategy says which task goes on. The zero value is memnet.ByHash.
	Strategy memnet.Strategy
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

	Distinct int         // different trace hashes
	Faults   FaultCounts // that fired in all runs, second runs apart
	// Marks says how often each mark was hit in all runs: see [Sometimes]. Never lists those that were not, those of
	// Scenario.Marks included, and the kinds of fault that never fired.
	Marks    map[string]uint64
	Never    []string
	Wall     time.Duration // real time
	Failures []Failure     // all runs that did not end right, by seed once the sweep is over

	config RunConfig
}

// Failure is a seed whose run did not end right.
type Failure struct {
	Seed      uint64 `json:"seed"`
	Signature string `json:"signature"` // see [Result.Signature]
	Error     string `json:"error"`
	Replay    string `json:"replay"`

	size Size
}

// Sweep runs a scenario under many seeds, in parallel; scenario must not share anything between its results. Every
// failing seed and every twentieth other one is run twice, and counts as nondeterministic, and as nothing else, when
// its runs differ.
func Sweep(cfg SweepConfig, scenario func() Scenario) SweepResult {
	s := &sweep{cfg: cfg, scenario: scenario, began: time.Now(), hashes: map[uint64]struct{}{}}
	s.total.Faults, s.total.Marks = FaultCounts{}, map[string]uint64{}
	s.total.config = RunConfig{search: true, Faults: cfg.Faults, Strategy: cfg.Strategy, MaxSteps: cfg.MaxSteps, Stall: cfg.Stall}
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
	s.total.Never = never(s.total.Marks)
	for _, kind := range fault.Kinds() {
		if s.total.Faults[kind] == 0 {
			s.total.Never = append(s.total.Never, "fault "+string(kind))
		}
	}
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
		if n == s.cfg.Seeds.Count() || s.enough() {
			s.mu.Unlock()
			return
		}
		s.taken++
		s.mu.Unlock()
		s.record(s.run(n))
	}
}

// enough reports whether the sweep ends before its seeds do. The caller holds the lock.
func (s *sweep) enough() bool {
	return s.cfg.Time > 0 && time.Since(s.began) >= s.cfg.Time || s.cfg.MaxFailures > 0 && len(s.total.Failures) >= s.cfg.MaxFailures
}

// run makes the nth run.
func (s *sweep) run(n uint64) Result {
	cfg := s.total.config
	cfg.Seed, cfg.Twice = s.cfg.Seeds.First+n, n%repeatEvery == repeatEvery-1
	if s.cfg.Replay != nil {
		cfg.Replay = s.cfg.Replay(cfg.Seed)
	}
	return runSafely(cfg, s.scenario)
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
		t.Failures = append(t.Failures, Failure{Seed: res.Seed, Signature: res.Signature, Error: res.ending(), Replay: res.Replay, size: res.Size()})
	}
	t.Faults.Add(res.Faults)
	for name, n := range res.Marks {
		t.Marks[name] += n
	}
	s.hashes[res.Hash] = struct{}{}
	t.Distinct = len(s.hashes)
	t.Wall = time.Since(s.began)
	if s.cfg.Progress != nil {
		s.cfg.Progress(*t)
	}
}

// Run returns what repeats a seed of the sweep.
func (r SweepResult) Run(seed uint64) RunConfig {
	cfg := r.config
	cfg.Seed = seed
	return cfg
}
