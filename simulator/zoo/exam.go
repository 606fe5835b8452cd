// SPDX-License-Identifier: Apache-2.0

package zoo

import (
	"errors"
	"fmt"
	"time"

	"github.com/twinwire/twinwire/simulator"
)

// ExamConfig says how much an exam tries. The zero value is what the zoo promises.
type ExamConfig struct {
	Seeds     uint64        // in which the bug must be found; 0: 2,000
	TwinSeeds uint64        // in which the twin must pass; 0: 20,000
	Shrink    time.Duration // how long to shrink; 0: 10 s
	// Elsewhere repeats a tape in a process of its own and returns its trace hash. Nil: it is repeated here.
	Elsewhere func(b Bug, tape *simulator.Tape) (hash uint64, err error)
	Workers   int // 0: as many as Go uses cores
}

// Marks are what came of an exam.
type Marks struct {
	Bug           string
	Seed          uint64 // that found it first; seeds are tried from 1
	Signature     string
	Before, After simulator.Size // of the simplest of the first failing seeds
	Shrinking     time.Duration
	Tape          *simulator.Tape // of the smallest run
	Wall          time.Duration
	Report        string // of the failure
}

// candidates is how many failing seeds are looked at for the simplest one, which is shrunk.
const candidates = 8

// The ways to fail an exam.
var (
	ErrNotFound = errors.New("the bug was not found")
	ErrTwin     = errors.New("the right twin failed")
	ErrRepeat   = errors.New("the failure does not repeat")
)

// Examine searches for the bug, shrinks it, repeats it, and runs the twin. It returns what it found out up to the
// first thing that is not as it should be.
func Examine(b Bug, cfg ExamConfig) (m Marks, err error) {
	began := time.Now()
	m.Bug = b.Name
	defer func() { m.Wall = time.Since(began) }()
	if cfg.Seeds == 0 {
		cfg.Seeds = 2_000
	}
	if cfg.TwinSeeds == 0 {
		cfg.TwinSeeds = 20_000
	}
	found := simulator.Sweep(simulator.SweepConfig{
		Seeds: simulator.Seeds{First: 1, Last: cfg.Seeds}, MaxFailures: candidates, Workers: cfg.Workers,
	}, b.Broken)
	if len(found.Failures) == 0 {
		return m, fmt.Errorf("%s: %w in %d seeds", b.Name, ErrNotFound, found.Runs)
	}
	m.Seed, m.Signature = found.Failures[0].Seed, found.Failures[0].Signature
	small, ok := simulator.Shrink(simulator.ShrinkConfig{
		Run: found.Simplest(m.Signature), Budget: cfg.Shrink, Workers: cfg.Workers,
	}, b.Broken)
	if !ok {
		return m, fmt.Errorf("%s: %w: %v", b.Name, ErrRepeat, small.First)
	}
	m.Before, m.After, m.Shrinking, m.Tape, m.Report = small.First.Size(), small.Last.Size(), small.Wall, small.Last.Tape, small.Report()
	if err := errors.Join(repeat(b, cfg, m.Tape), repeatPlan(b, small.First)); err != nil {
		return m, err
	}
	right := simulator.Sweep(simulator.SweepConfig{Seeds: simulator.Seeds{First: 1, Last: cfg.TwinSeeds}, Workers: cfg.Workers}, b.Right)
	if len(right.Failures) > 0 {
		return m, fmt.Errorf("%s: %w in %d of %d seeds: seed %d: %s", b.Name, ErrTwin, len(right.Failures), right.Runs,
			right.Failures[0].Seed, right.Failures[0].Error)
	}
	return m, nil
}

// repeat runs the smallest failure again.
func repeat(b Bug, cfg ExamConfig, tape *simulator.Tape) error {
	elsewhere := cfg.Elsewhere
	if elsewhere == nil {
		elsewhere = Repeat
	}
	hash, err := elsewhere(b, tape)
	if err == nil && hash != tape.Hash {
		err = fmt.Errorf("hash %016x, want %016x", hash, tape.Hash)
	}
	if err != nil {
		return fmt.Errorf("%s: %w: %w", b.Name, ErrRepeat, err)
	}
	return nil
}

// repeatPlan feeds the faults of a run, as text, to another one, which must be the same.
func repeatPlan(b Bug, first simulator.Result) error {
	p, err := simulator.ParsePlan(b.Name, first.Plan.String())
	if err != nil {
		return fmt.Errorf("%s: %w by its plan: %w", b.Name, ErrRepeat, err)
	}
	if again := simulator.Run(simulator.RunConfig{Plan: &p}, b.Broken); again.Hash != first.Hash || again.Signature != first.Signature {
		return fmt.Errorf("%s: %w by its plan: hash %016x, %v; want hash %016x", b.Name, ErrRepeat, again.Hash, again, first.Hash)
	}
	return nil
}

// Repeat runs the tape of a failure and returns its trace hash.
func Repeat(b Bug, tape *simulator.Tape) (hash uint64, err error) {
	res := simulator.Run(simulator.RunConfig{Tape: tape}, b.Broken)
	if res.Verdict.OK() {
		return res.Hash, fmt.Errorf("it %v", res.Verdict)
	}
	return res.Hash, nil
}
