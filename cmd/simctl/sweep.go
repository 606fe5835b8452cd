// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/twinwire/twinwire/simulator"
)

// sweepCmd runs a scenario with many seeds.
type sweepCmd struct {
	subjectFlags
	Seeds  string        `default:"1-100" env:"SIM_SEEDS" placeholder:"A-B" help:"The seeds, both ends included (${default})."`
	Seed   *uint64       `placeholder:"N" xor:"seeds" help:"One seed, instead of a range."`
	Guided bool          `help:"Spend most runs on going on from what earlier ones reached that is rare, instead of on more seeds."`
	Time   time.Duration `placeholder:"30s" help:"How long to go on, if the runs do not end before."`
	Jobs   int           `placeholder:"N" help:"How many runs are made at a time (as many as there are cores)."`
	Tapes  string        `default:"." placeholder:"DIR" help:"Where the tapes of failures are kept that no seed repeats (${default})."`

	seeds simulator.Seeds
}

// errSweepOverTCP says why there is no such sweep.
var errSweepOverTCP = errors.New("--network tcp: a seed repeats nothing over real TCP, so there is nothing to sweep")

// errInputChanged says why failures of a sweep may mean nothing.
var errInputChanged = errors.New("the input changed while the sweep ran")

// Validate reports what is wrong with the values. Kong calls it.
func (c *sweepCmd) Validate() error {
	if c.Network == "tcp" {
		return errSweepOverTCP
	}
	var err error
	if c.Seed != nil {
		c.seeds = simulator.Seeds{First: *c.Seed, Last: *c.Seed}
	} else if c.seeds, err = simulator.ParseSeeds(c.Seeds); err != nil {
		return err
	}
	if c.Time < 0 || c.Jobs < 0 {
		return fmt.Errorf("--time %v --jobs %d: want neither below 0", c.Time, c.Jobs)
	}
	return c.subjectFlags.Validate()
}

// Run is the verb.
func (c *sweepCmd) Run(t *terminal) error {
	collectSeldom()
	if p, ok := c.packageScenario(); ok {
		return p.sweep(t, c.settings()...)
	}
	s, err := c.subject()
	if err != nil {
		return err
	}
	ctx, stop := interruptible()
	defer stop()
	r := sweepReport{Scenario: c.Scenario, Network: c.Network, FaultsProfile: c.Faults, Seeds: c.seeds.String()}
	status := newStatusLine(t)
	over := make(chan struct{})
	defer close(over)
	ended := c.start(ctx, over, r, status, s)
	select {
	case r = <-ended:
	case <-ctx.Done():
		select {
		case r = <-ended:
		case <-time.After(leaveTime):
			r.Error = errInterrupted.Error()
		}
	}
	status.clear()
	if err := r.write(t.out, c.Format); err != nil {
		return err
	}
	switch {
	case ctx.Err() != nil:
		return &exitError{code: exitInterrupted, err: errInterrupted}
	case r.Nondeterministic > 0:
		return &exitError{code: exitNondeterministic}
	case r.Failed > 0 || r.Hung > 0:
		return &exitError{code: exitFailed}
	}
	return nil
}

// settings are what the environment says of a sweep: with a time, one of fresh seeds.
func (c *sweepCmd) settings() []string {
	all := []string{"SIM_SEEDS=" + c.seeds.String()}
	if c.Time > 0 {
		all = append(all[:0], "SIM_SEED=1", "SIM_EXPLORE="+c.Time.String())
	}
	all = append(all, processors(c.Jobs)...)
	if c.Faults != defaultFaults {
		all = append(all, "SIM_FAULTS="+c.Faults)
	}
	return all
}

// start sweeps, and returns where the report comes: when ctx has ended, after the next run, and then the others wait until all
// is over.
func (c *sweepCmd) start(ctx context.Context, over <-chan struct{}, r sweepReport, status *statusLine, s subject) <-chan sweepReport {
	ended := make(chan sweepReport, 1)
	known := func(sofar simulator.SweepResult) {
		status.set("%d of %d runs, %d passed, %d failures", sofar.Runs, c.seeds.Count(), sofar.Passed, len(sofar.Failures))
		if ctx.Err() != nil {
			select {
			case ended <- c.interrupted(r, sofar, s):
				<-over
			case <-over:
			}
		}
	}
	go func(r sweepReport) {
		c.sweep(ctx, &r, known, s)
		select {
		case ended <- r:
		case <-over:
		}
	}(r)
	return ended
}

// interrupted is the report of a sweep of which no more than this is known.
func (c *sweepCmd) interrupted(r sweepReport, sofar simulator.SweepResult, s subject) sweepReport {
	if errors.Is(sofar.Unconfirmed, context.Canceled) { // that run was being repeated
		sofar.Unconfirmed = nil
	}
	r.set(sofar)
	c.keepTapes(&r, s)
	r.Error = errInterrupted.Error()
	return r
}

// sweep makes the runs, and tells after each what is known. Failing ones, and some of the others, are repeated in processes of
// their own.
func (c *sweepCmd) sweep(ctx context.Context, r *sweepReport, known func(sofar simulator.SweepResult), s subject) {
	flags := c.subjectFlags
	flags.Want = s.want
	r.set(simulator.Sweep(simulator.SweepConfig{
		Seeds: c.seeds, Faults: s.instead, Guided: c.Guided, Time: c.Time, Workers: c.Jobs,
		Replay:    s.replaySeed,
		Elsewhere: func(tape *simulator.Tape) (simulator.Repeated, error) { return flags.elsewhere(ctx, tape) },
		Progress:  known,
	}, s.scenario))
	c.keepTapes(r, s)
	if len(r.Failures) == 0 || s.want == "" {
		return
	}
	if now, err := c.subject(); err != nil || now.want != s.want {
		r.Error = errInputChanged.Error()
	}
}

// keepTapes writes the tape of the simplest failure of each signature, if no seed repeats it.
func (c *sweepCmd) keepTapes(r *sweepReport, s subject) {
	for _, g := range r.groups {
		f := &g.Failures[0]
		if f.Tape == nil {
			continue
		}
		file := filepath.Join(c.Tapes, fmt.Sprintf("%s-%016x.tape", c.Scenario, f.Tape.Hash))
		if err := os.WriteFile(file, []byte(f.Tape.String()), 0o600); err != nil {
			r.Error = fmt.Sprintf("tapes of failures are not kept: %v", err)
			return
		}
		f.Replay = s.replayTape(file)
		for i := range r.Failures {
			if r.Failures[i].Tape == f.Tape {
				r.Failures[i].Replay = f.Replay
			}
		}
	}
}

// sweepReport is what is printed of a sweep. Its names are the contract of --format json.
type sweepReport struct {
	Scenario            string                           `json:"scenario"`
	Network             string                           `json:"network"`
	FaultsProfile       string                           `json:"faults_profile"`
	Seeds               string                           `json:"seeds"`
	Runs                uint64                           `json:"runs"`
	Passed              uint64                           `json:"passed"`
	CleanErrors         uint64                           `json:"clean_errors"`
	Failed              uint64                           `json:"failed"`
	Hung                uint64                           `json:"hung"`
	Nondeterministic    uint64                           `json:"nondeterministic"`
	Confirmed           uint64                           `json:"confirmed"`
	Unconfirmed         string                           `json:"unconfirmed,omitempty"`
	Mutants             uint64                           `json:"mutants"`
	DistinctTraceHashes int                              `json:"distinct_trace_hashes"`
	Faults              map[string]uint64                `json:"faults"`
	Messages            map[string]simulator.FaultCounts `json:"messages"`
	WallMS              int64                            `json:"wall_ms"`
	Never               []string                         `json:"never_exercised"`
	Failures            []simulator.Failure              `json:"failures"`

	groups []simulator.FailureGroup
	Error  string `json:"error,omitempty"`
}

func (r *sweepReport) set(s simulator.SweepResult) {
	r.Runs, r.Passed, r.CleanErrors, r.Failed, r.Hung, r.Nondeterministic = s.Runs, s.Passed, s.CleanErrors, s.Failed, s.Hung, s.Nondeterministic
	r.DistinctTraceHashes, r.Faults, r.WallMS, r.Failures = s.Distinct, countsByName(s.Faults), s.Wall.Milliseconds(), s.Failures
	r.Confirmed, r.Mutants, r.Messages = s.Confirmed, s.Mutants, s.Messages
	r.Never, r.groups = s.Never, s.Groups()
	if s.Unconfirmed != nil {
		r.Unconfirmed = s.Unconfirmed.Error()
	}
}

func seconds(ms int64) string { return fmt.Sprintf("%.1f s", float64(ms)/1000) }
