// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// unlucky is a scenario that fails when four rare things happen one after the other on two hosts: once in 16^4 runs.
func unlucky() Scenario {
	var row atomic.Int64
	host := func(ctx context.Context, n Node) error {
		for i := range 2 {
			if Buggify(n, fmt.Sprintf("bad luck %c", 'a'+i)) {
				row.Add(1)
			}
			if err := api.Sleep(ctx, n.Runtime(), time.Second); err != nil {
				return err
			}
		}
		return nil
	}
	return Scenario{Faults: LAN(), Hosts: Hosts{"ann": host, "bob": host}, Always: Invariants{"luck": func() error {
		if row.Load() == 4 {
			return errors.New("four in a row")
		}
		return nil
	}}}
}

// TestGuidedSweepFindsRareCombinations in a fraction of the runs that seeds take.
func TestGuidedSweepFindsRareCombinations(t *testing.T) {
	const runs = 2000
	var plain, guided uint64
	for first := uint64(1); first < 6*runs; first += runs {
		cfg := SweepConfig{Seeds: Seeds{First: first, Last: first + runs - 1}, MaxFailures: 1}
		plain += Sweep(cfg, unlucky).Runs
		cfg.Guided = true
		r := Sweep(cfg, unlucky)
		if r.Failed == 0 {
			t.Errorf("seeds from %d: no failure in %d guided runs", first, r.Runs)
		}
		guided += r.Runs
	}
	t.Logf("%d runs with a guide; without, %d and not found everywhere", guided, plain)
	if guided*2 > plain {
		t.Errorf("%d guided runs, %d plain ones: want at most half", guided, plain)
	}
}

// TestGuidedSweepIsTheSameOnAnyMachine: the number of workers changes nothing.
func TestGuidedSweepIsTheSameOnAnyMachine(t *testing.T) {
	sweep := func(workers int, scenario func() Scenario) string {
		var made string
		cfg := SweepConfig{
			Seeds: Seeds{First: 7, Last: 206}, Guided: true, Workers: workers, MaxFailures: 400,
			Progress: func(r SweepResult) { made = fmt.Sprint(r.Runs, r.Distinct, r.Faults, r.Marks, r.Messages) },
		}
		r := Sweep(cfg, scenario)
		for _, f := range r.Failures {
			made += fmt.Sprintf("\n%d %s %v", f.Seed, f.Error, f.Tape)
		}
		return fmt.Sprint(made, r.Never, r.Mutants)
	}
	for name, scenario := range map[string]func() Scenario{"bank": bank(carelessDeposit), "unlucky": unlucky, "register": register(true, false)} {
		one := sweep(1, scenario)
		for _, workers := range []int{2, 3, 8} {
			if many := sweep(workers, scenario); many != one {
				t.Fatalf("%s: %d workers:\n%s\none:\n%s", name, workers, many, one)
			}
		}
	}
}

// TestAMutantRepeats by its tape, as text too, and is shrunk like any failure.
func TestAMutantRepeats(t *testing.T) {
	r := Sweep(SweepConfig{Seeds: Seeds{First: 1, Last: 4000}, Guided: true, MaxFailures: 1}, unlucky)
	if len(r.Failures) == 0 || r.Failures[0].Tape == nil || r.Mutants < r.Runs/3 {
		t.Fatalf("%+v", r)
	}
	tape, err := ParseTape(r.Failures[0].Tape.String())
	if err != nil {
		t.Fatal(err)
	}
	if again := Run(RunConfig{Tape: tape}, unlucky); again.Hash != tape.Hash || again.Signature != r.Failures[0].Signature || !again.Repeats() {
		t.Errorf("%v, hash %x, want %x", again, again.Hash, tape.Hash)
	}
	s, ok := Shrink(ShrinkConfig{Run: r.Simplest(r.Failures[0].Signature), Budget: time.Minute}, unlucky)
	if !ok || !s.Complete || len(s.Last.Tape.Choices) != 8 || len(s.Last.Tape.Reseeds) != 0 {
		t.Errorf("ok %v, %v\n%v", ok, s.Last, s.Last.Tape)
	}
}
