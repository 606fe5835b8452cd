// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"runtime"
	"slices"
	"sync"
	"time"
)

// Sweep runs a scenario under many seeds, in parallel; scenario must not share anything between its results. Every
// failing run and every twentieth other one is made twice, and counts as nondeterministic, and as nothing else, when
// the two differ, or when SweepConfig.Elsewhere finds another.
//
// A guided sweep makes as many runs. Half of them are those of the seeds, from the first; the other half begin as one of
// the earlier runs did, as far as a moment at which it reached something that few have (a mark after another, a fault on
// a kind of message, a happening after another on a host), and go on by other chances; or they keep the chances of most
// hosts, links and faults, and change those of some. What is found depends on the seeds only, not on how many cores there
// are, unless Time ends the sweep.
func Sweep(cfg SweepConfig, scenario func() Scenario) SweepResult {
	s := &sweep{cfg: cfg, scenario: scenario, began: time.Now(), hashes: map[uint64]struct{}{}, early: map[uint64]swept{}}
	s.changed.L = &s.mu
	s.total.Faults, s.total.Marks, s.total.Messages = FaultCounts{}, map[string]uint64{}, map[string]FaultCounts{}
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
	slices.SortStableFunc(s.total.Failures, func(a, b Failure) int { return cmp.Compare(a.Seed, b.Seed) })
	s.total.Never = s.total.never()
	return s.total
}

type sweep struct {
	cfg      SweepConfig
	scenario func() Scenario
	began    time.Time

	mu      sync.Mutex
	changed sync.Cond
	round   round
	taken   uint64           // runs handed to workers
	early   map[uint64]swept // runs that wait for those before them
	over    bool
	corpus  corpus
	total   SweepResult
	hashes  map[uint64]struct{}
}

// swept is a run and what it reached.
type swept struct {
	cfg     RunConfig
	res     Result
	reached *coverage
	err     error // of asking a process of its own
}

func (s *sweep) work() {
	for {
		n, cfg, ok := s.take()
		if !ok {
			return
		}
		s.put(n, s.run(n, cfg))
	}
}

// take returns the next run to make. It waits for the end of a round.
func (s *sweep) take() (n uint64, cfg RunConfig, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for {
		switch {
		case s.over || s.taken == s.cfg.Seeds.Count() || s.late():
			return 0, cfg, false
		case s.taken < s.round.end:
			n = s.taken
			s.taken++
			return n, s.config(n), true
		case s.total.Runs == s.round.end:
			s.round = s.nextRound()
		default:
			s.changed.Wait()
		}
	}
}

func (s *sweep) late() bool { return s.cfg.Time > 0 && time.Since(s.began) >= s.cfg.Time }

// run makes the nth run.
func (s *sweep) run(n uint64, cfg RunConfig) swept {
	sample := n%repeatEvery == repeatEvery-1
	reached := newCoverage()
	cfg.Twice, cfg.observe, cfg.brief, cfg.verify = sample, reached.see, true, n == 0
	out := swept{cfg: cfg, res: runSafely(cfg, s.scenario), reached: reached}
	if s.cfg.Elsewhere != nil && out.res.repeatable() && (sample || !out.res.Verdict.OK()) {
		var got Repeated
		if got, out.err = s.cfg.Elsewhere(tapeOf(cfg, out.res)); out.err == nil {
			out.res = out.res.compared(got, cfg, s.scenario)
		}
	}
	return out
}

// put counts runs in the order of their numbers, so that what comes of them does not depend on who was faster.
func (s *sweep) put(n uint64, run swept) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.early[n] = run
	for !s.over {
		n = s.total.Runs
		next, ok := s.early[n]
		if !ok {
			break
		}
		delete(s.early, n)
		s.count(next)
		s.over = s.cfg.MaxFailures > 0 && len(s.total.Failures) >= s.cfg.MaxFailures
	}
	s.changed.Broadcast()
}
