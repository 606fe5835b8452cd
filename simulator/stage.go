// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/memnet"
)

// endTask is the task on each host that hears of the end of the run.
const endTask = "end of run"

// A stage is one scenario in one world. Its tasks run one at a time; the locks say so to the race detector.
type stage struct {
	scenario Scenario
	hosts    []string // sorted
	world    *memnet.World
	cuts     cuts
	replaced string // name of the profile that replaced the scenario's own

	asked  struct{ kind, name string } // the invariant or check that was called last
	ending atomic.Bool                 // the functions of all Main hosts have returned

	mu       sync.Mutex        // never held across a scheduling point
	marks    map[string]uint64 // how often each was hit
	awake    map[string]bool   // places of [Buggify], by host and name
	done     uint64            // operations
	most     map[string]uint64 // operations that were offered, by host, in one life
	returned map[string]bool   // hosts whose function has returned, and not been started again
	lines    tbLines
	nodes    map[string]*memNode   // of the latest life of each host
	ends     map[string]api.Waiter // of the endTask of each host, where the function runs
}

func newStage(cfg RunConfig, sc Scenario, cuts cuts) *stage {
	s := &stage{scenario: sc, hosts: sc.hostNames(), cuts: cuts, replaced: cfg.Faults.Name, most: map[string]uint64{}, marks: map[string]uint64{}, awake: map[string]bool{}, returned: map[string]bool{}, nodes: map[string]*memNode{}, lines: tbLines{helpers: map[string]bool{}}, ends: map[string]api.Waiter{}}
	for _, name := range sc.Marks {
		s.marks[name] = 0
	}
	faults := sc.Faults
	if cfg.Plan != nil {
		faults = Profile{SafeHosts: sc.Faults.SafeHosts}
	}
	bound := sc.Faults.Until + sc.Ends // whatever struck has healed at Until
	if cfg.Plan != nil && cfg.Plan.Heal != nil {
		bound = 0 // the plan says it
	}
	end := s.end
	if cfg.unchecked {
		end = nil
	}
	s.world = memnet.New(memnet.Config{
		Observe:  cfg.observe,
		Seed:     cfg.Seed,
		Tape:     cfg.Tape,
		Plan:     cfg.Plan,
		Record:   cfg.Record,
		Contain:  true,
		Strategy: cfg.Strategy,
		Faults:   faults,
		MaxTime:  bound,
		MaxSteps: cfg.MaxSteps,
		Stall:    cfg.Stall,
		Trace:    cfg.Trace,
		Brief:    cfg.brief,
		Check:    s.allOf("invariant", sc.Always),
		CheckEnd: s.allOf("check", sc.Checks),
		Epilogue: end,
		Origins:  cfg.origins,
		Probe:    cfg.probe,
		Verify:   cfg.verify,
	})
	return s
}

// play makes the run and fills in the result.
func (s *stage) play(res *Result) {
	for _, name := range s.hosts {
		host := s.world.Host(name)
		for _, m := range s.scenario.Input {
			if err := host.Files().Mount(m.Name, m.FS); err != nil {
				res.Verdict, res.Err, res.Signature = Failed, err, signatureScenario
				return
			}
		}
		if s.cuts.hosts[name] {
			s.returned[name] = true
			continue
		}
		host.Boot(s.function(host))
	}
	s.judge(res, s.world.Run(nil))
}

// function is what a host runs, each time it starts.
func (s *stage) function(host *memnet.Host) func(ctx context.Context) error {
	name := host.Name()
	return func(ctx context.Context) error {
		s.lives(name, nil)
		if s.ending.Load() {
			return nil
		}
		s.note(name, false)
		ctx = s.untilEnd(ctx, host)
		n := &memNode{host: host, stage: s, ctx: ctx}
		s.lives(name, n)
		err := sound(s.scenario.Hosts[name](ctx, n))
		if err != nil && !(s.ending.Load() && errors.Is(err, context.Canceled)) {
			return &hostError{host: name, err: err}
		}
		s.note(name, true)
		s.endOnceDone()
		return nil
	}
}

// lives puts down the node of a host, nil until the function of its new life has begun.
func (s *stage) lives(host string, n *memNode) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.nodes[host] = n
}

// upNodes returns the nodes of the hosts that are up, and have one.
func (s *stage) upNodes() []*memNode {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []*memNode
	for _, host := range s.hosts {
		if n := s.nodes[host]; n != nil && n.host.Up() {
			all = append(all, n)
		}
	}
	return all
}

// note puts down whether the function of a host has returned.
func (s *stage) note(host string, returned bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.returned[host] = returned
}

// untilEnd returns a context of the host that ends when the run does, whether or not the host's function has returned: what
// it has started goes on.
func (s *stage) untilEnd(ctx context.Context, host *memnet.Host) context.Context {
	if len(s.scenario.Main) == len(s.hosts) {
		return ctx
	}
	rt := host.Runtime()
	ctx, cancel := api.WithCancel(ctx, rt)
	w := rt.NewWaiter()
	s.mu.Lock()
	s.ends[host.Name()] = w
	s.mu.Unlock()
	rt.Go(endTask, func() {
		for !s.ending.Load() {
			if w.Wait(ctx) != nil {
				return
			}
		}
		cancel()
	})
	return ctx
}

// endOnceDone ends the run when every Main host is done: it tells the others.
func (s *stage) endOnceDone() {
	s.mu.Lock()
	done := !slices.ContainsFunc(s.scenario.Main, func(name string) bool { return !s.returned[name] })
	ends := maps.Clone(s.ends)
	s.mu.Unlock()
	if !done {
		return
	}
	s.ending.Store(true)
	for _, name := range slices.Sorted(maps.Keys(ends)) {
		if s.world.Host(name).Up() {
			ends[name].Wake()
		}
	}
}

// judge says how the run ended.
func (s *stage) judge(res *Result, out memnet.Result) {
	res.Hash, res.Virtual, res.Steps, res.Choices = out.Hash, out.Virtual, out.Steps, out.Choices
	res.Faults, res.Last, res.Pending, res.Operations, res.Marks = out.Faults, out.Last, out.Pending, s.done, s.marks
	res.hosts, res.offered = len(s.hosts)-len(s.cuts.hosts), s.most
	res.Plan = out.Plan
	if res.Tape = out.Tape; res.Tape != nil {
		res.Tape.Notes = s.cuts.notes(s.scenario.Name, s.replaced)
	}
	res.strategy, res.fit, res.profile = out.Strategy, out.Fit, s.replaced
	res.Err, res.said = ownError(out.Err), s.lines.texts()
	switch out.Verdict {
	case memnet.Passed:
		res.Verdict = Passed
	case memnet.Hung:
		res.Verdict, res.Err = Hung, s.hungError(out.Err)
	case memnet.Panicked:
		res.Verdict = Panicked
	case memnet.Stalled:
		res.Verdict = Stalled
	default:
		res.Verdict = Failed
	}
	s.heed(res)
	if failed, ok := errors.AsType[*hostError](res.Err); ok && s.scenario.Clean != nil && s.scenario.Clean(failed.err) {
		res.Verdict = CleanError
	}
	res.Signature = signature(res.Verdict, res.Err)
}

// heed fails the run if a task did so through its TB, and nothing worse has happened, and says which invariant or check ended
// the run without returning.
func (s *stage) heed(res *Result) {
	failure := s.lines.failure
	exit, exited := errors.AsType[*memnet.ExitError](res.Err)
	if failure != nil && (res.Verdict == Passed || exited || res.leaked()) {
		failure.exit = res.Err
		res.Verdict, res.Err = Failed, failure
	}
	if exited && exit.Host == "" { // no task's
		exit.Task = "the " + s.asked.kind
		res.Err = &notHeldError{kind: s.asked.kind, name: s.asked.name, err: res.Err}
	}
}

// hungError says which limit ended the run, and which hosts had not returned.
func (s *stage) hungError(cause error) error {
	_, why, _ := strings.Cut(cause.Error(), ": ")
	if strings.Contains(why, "Config.MaxTime") {
		why = fmt.Sprintf("not over %v after the last fault had healed (Scenario.Ends)", s.scenario.Ends)
	}
	why = strings.Replace(why, "Config.MaxSteps", "RunConfig.MaxSteps", 1)
	open := slices.DeleteFunc(slices.Clone(s.hosts), func(name string) bool { return s.returned[name] })
	return fmt.Errorf("%s; not returned: %s", why, strings.Join(open, ", "))
}
