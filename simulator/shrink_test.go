// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/tape"
)

// fragile is a scenario in which host b must not be down while host a, which does 50 operations, does one; c and d do
// nothing that matters.
func fragile() Scenario {
	var lives atomic.Int64 // of b
	idle := func(ctx context.Context, n Node) error { return api.Sleep(ctx, n.Runtime(), 20*time.Second) }
	return Scenario{
		Name: "fragile", Faults: Hostile(), Safe: []string{"a"}, Main: []string{"a"},
		Hosts: Hosts{
			"a": func(ctx context.Context, n Node) error {
				for range Ops(n, 50) {
					if lives.Load() > 1 {
						return errors.New("b has forgotten")
					}
					if err := api.Sleep(ctx, n.Runtime(), 200*time.Millisecond); err != nil {
						return err
					}
				}
				return nil
			},
			"b": func(ctx context.Context, n Node) error {
				lives.Add(1)
				return idle(ctx, n)
			},
			"c": idle, "d": idle,
		},
	}
}

// failingSeed returns the first seed that fails.
func failingSeed(t *testing.T, scenario func() Scenario) uint64 {
	t.Helper()
	for seed := range uint64(200) {
		if res := Run(RunConfig{Seed: seed}, scenario); !res.Verdict.OK() {
			return seed
		}
	}
	t.Fatal("no failure in 200 seeds")
	return 0
}

// TestShrink: one crash is enough, and one or two operations of one host beside it.
func TestShrink(t *testing.T) {
	seed := failingSeed(t, fragile)
	var last []Size
	s, ok := Shrink(ShrinkConfig{Run: RunConfig{Seed: seed}, Budget: time.Minute, Progress: func(s Shrunk) { last = append(last, s.Last.Size()) }}, fragile)
	if !ok || !s.Complete || s.Last.Signature != s.First.Signature {
		t.Fatalf("ok %v: %+v", ok, s)
	}
	if size := s.Last.Size(); size.Faults != 1 || size.Hosts != 2 || size.Operations > 2 || size.Delays > 0 || size.Switches > 0 {
		t.Errorf("shrunk to %v", size)
	}
	if len(last) < s.Runs/8 || last[len(last)-1] != s.Last.Size() {
		t.Errorf("progress told %v", last)
	}
	for _, line := range []string{"    what it does without\n", "      host c\n", "      host d\n", " of a\n    what strikes\n"} {
		if !strings.Contains(s.Report(), line) {
			t.Errorf("there is no %q in the report:\n%s", line, s.Report())
		}
	}
	again := Run(RunConfig{Tape: s.Last.Tape, Twice: true}, fragile)
	if again.Hash != s.Last.Hash || !again.Repeats() || again.Signature != s.First.Signature {
		t.Errorf("the tape gives %v, hash %x; want hash %x", again, again.Hash, s.Last.Hash)
	}
}

// TestShrinkInParallel: what comes out does not depend on how many runs are made at a time.
func TestShrinkInParallel(t *testing.T) {
	seed := failingSeed(t, fragile)
	var tapes []string
	for _, workers := range []int{1, 2, 5} {
		s, ok := Shrink(ShrinkConfig{Run: RunConfig{Seed: seed}, Budget: time.Minute, Workers: workers}, fragile)
		if !ok || !s.Complete {
			t.Fatalf("%d workers: ok %v: %v", workers, ok, s.Last)
		}
		tapes = append(tapes, s.Last.Tape.String())
	}
	if slices.Sort(tapes); tapes[0] != tapes[2] {
		t.Errorf("the tapes differ:\n%s\n%s", tapes[0], tapes[2])
	}
}

// TestShrinkSwitches: a lost update needs no fault, and few context switches.
func TestShrinkSwitches(t *testing.T) {
	scenario := bank(carelessDeposit)
	s, ok := Shrink(ShrinkConfig{Run: RunConfig{Seed: failingSeed(t, scenario)}, Budget: time.Minute}, scenario)
	if !ok || s.Last.Signature != "check no deposit is lost" {
		t.Fatal(ok, s.Last)
	}
	if before, after := s.First.Size(), s.Last.Size(); after.Switches > 3 || after.Switches >= before.Switches {
		t.Errorf("shrunk from %v to %v", before, after)
	}
}

// TestShrinkNeedsAFailure that can be repeated.
func TestShrinkNeedsAFailure(t *testing.T) {
	if s, ok := Shrink(ShrinkConfig{}, bank(carefulDeposit)); ok {
		t.Errorf("a run that passes was shrunk: %v", s.Last)
	}
	n := 0
	unsteady := func() Scenario {
		n++
		sleep := time.Duration(n) * time.Millisecond
		return Scenario{Hosts: Hosts{"a": func(ctx context.Context, n Node) error {
			return errors.Join(api.Sleep(ctx, n.Runtime(), sleep), errors.New("fails"))
		}}}
	}
	if s, ok := Shrink(ShrinkConfig{}, unsteady); ok {
		t.Errorf("a run that does not repeat was shrunk: %v", s.Last)
	}
}

// TestShrinkIsBounded in time: it returns what it has.
func TestShrinkIsBounded(t *testing.T) {
	seed := failingSeed(t, fragile)
	s, ok := Shrink(ShrinkConfig{Run: RunConfig{Seed: seed}, Budget: 1}, fragile)
	if !ok || s.Complete || s.Runs != 0 || s.Last.Hash != s.First.Hash {
		t.Errorf("ok %v, complete %v, %d runs, %v", ok, s.Complete, s.Runs, s.Last)
	}
}

// endless is a scenario that fails when host b crashes, and otherwise goes on for long. It counts the steps of all its runs.
func endless(steps *atomic.Int64) func() Scenario {
	return func() Scenario {
		var lives atomic.Int64 // of b
		return Scenario{
			Faults: Hostile(), Safe: []string{"a"}, Main: []string{"a"}, Ends: time.Hour,
			Hosts: Hosts{
				"a": func(ctx context.Context, n Node) error {
					for range 20_000 {
						steps.Add(1)
						if lives.Load() > 1 {
							return errors.New("b has forgotten")
						}
						if err := api.Sleep(ctx, n.Runtime(), 100*time.Millisecond); err != nil {
							return err
						}
					}
					return nil
				},
				"b": func(ctx context.Context, n Node) error {
					lives.Add(1)
					return api.Sleep(ctx, n.Runtime(), time.Hour)
				},
			},
		}
	}
}

// TestShrinkGivesUpEarly: a run that goes on for much longer than the best one is not made to the end.
func TestShrinkGivesUpEarly(t *testing.T) {
	var steps atomic.Int64
	seed := failingSeed(t, endless(&steps))
	steps.Store(0)
	cfg := ShrinkConfig{Run: RunConfig{Seed: seed}, Budget: time.Minute, Workers: 1}
	k := newShrinker(cfg, endless(&steps))
	if !k.begin() {
		t.Fatal(k.out.First)
	}
	k.limit = hastyLimit(k.out.First)
	if !k.settle() {
		t.Fatal("not complete in a minute")
	}
	if most := int64(k.out.Runs+2) * int64(hastyLimit(k.out.First)); steps.Load() > most || k.out.Last.Size().Faults != 1 {
		t.Errorf("%d steps in %d runs, want at most %d; shrunk to %v", steps.Load(), k.out.Runs, most, k.out.Last.Size())
	}
}

// TestShrinkDoesNotTakeImpatienceForAHang: a run that is given up is no failure, not that of a run that hung either.
func TestShrinkDoesNotTakeImpatienceForAHang(t *testing.T) {
	scenario := func() Scenario {
		var lives atomic.Int64 // of b
		return Scenario{
			Faults: Hostile(), Safe: []string{"a"}, Main: []string{"a"}, Ends: time.Hour,
			Hosts: Hosts{
				"a": func(ctx context.Context, n Node) error {
					for range 20_000 {
						if lives.Load() > 1 {
							return n.Runtime().NewWaiter().Wait(ctx) // for ever
						}
						if err := api.Sleep(ctx, n.Runtime(), 10*time.Millisecond); err != nil {
							return err
						}
					}
					return nil
				},
				"b": func(ctx context.Context, n Node) error {
					lives.Add(1)
					return nil
				},
			},
		}
	}
	s, ok := Shrink(ShrinkConfig{Run: RunConfig{Seed: failingSeed(t, scenario)}, Budget: time.Minute}, scenario)
	if !ok || s.First.Verdict != Hung || s.Last.Size().Faults != 1 || s.Last.Faults["crash"] != 1 {
		t.Errorf("ok %v: %v, shrunk to %v, %v", ok, s.First, s.Last.Size(), s.Last.Faults)
	}
}

// TestShrinkTriesOnce: a candidate that did not do is not tried again.
func TestShrinkTriesOnce(t *testing.T) {
	k := newShrinker(ShrinkConfig{Run: RunConfig{Seed: failingSeed(t, fragile)}, Budget: time.Minute, Workers: 1}, fragile)
	if !k.begin() {
		t.Fatal(k.out.First)
	}
	calm := func() candidate {
		return candidate{cuts: k.best.cuts, tape: k.best.tape.Keep(func(int, tape.Choice) bool { return false })}
	}
	for range 3 {
		if _, found := k.first([]func() candidate{calm, calm}); found {
			t.Fatal("the calm run fails")
		}
	}
	if k.out.Runs != 1 {
		t.Errorf("one candidate was tried %d times", k.out.Runs)
	}
}

// TestShrinkInBulk: what a whole kind of choices has no part in goes at once.
func TestShrinkInBulk(t *testing.T) {
	k := newShrinker(ShrinkConfig{Run: RunConfig{Seed: failingSeed(t, fragile)}, Budget: time.Minute}, fragile)
	if !k.begin() {
		t.Fatal(k.out.First)
	}
	kinds := len(purposes(k.best.tape))
	k.dropPurposes()
	left := purposes(k.best.tape)
	if k.out.Runs > kinds || slices.ContainsFunc(left, func(p string) bool { return p != "crash" }) {
		t.Errorf("%d kinds in the beginning, %q left after %d runs", kinds, left, k.out.Runs)
	}
}
