// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"

	"github.com/twinwire/twinwire/simulator"
	"github.com/twinwire/twinwire/simulator/shuffle"
)

// sweepCmd runs a scenario with many seeds.
type sweepCmd struct {
	Scenario string `arg:"" enum:"shuffle" help:"The scenario: ${enum}."`
	shuffleFlags
	Seeds string  `default:"1-100" env:"SIM_SEEDS" placeholder:"A-B" help:"The seeds, both ends included (${default})."`
	Seed  *uint64 `placeholder:"N" xor:"seeds" help:"One seed, instead of a range."`

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
	return c.shuffleFlags.Validate()
}

// Run is the verb.
func (c *sweepCmd) Run(t *terminal) error {
	places, err := c.places()
	if err != nil {
		return err
	}
	profile, err := c.profile()
	if err != nil {
		return err
	}
	ctx, stop := interruptible()
	defer stop()
	r := sweepReport{Scenario: c.Scenario, Network: c.Network, FaultsProfile: c.Faults, Seeds: c.seeds.String()}
	status := newStatusLine(t)
	ended := make(chan sweepReport, 1)
	go func(r sweepReport) {
		c.sweep(&r, status, profile, places)
		ended <- r
	}(r)
	select {
	case r = <-ended:
	case <-ctx.Done():
		r.Error = errInterrupted.Error()
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

// sweep runs the seeds. All must come to the result of a plain count.
func (c *sweepCmd) sweep(r *sweepReport, status *statusLine, profile simulator.Profile, places []place) {
	job := c.job(places)
	plain, err := countPlain(places, job)
	if err == nil {
		job.Want = plain.SHA256
	}
	cfg := simulator.SweepConfig{Seeds: c.seeds, Replay: func(seed uint64, _ *simulator.Tape) string { return c.replayCommand(seed) }, Progress: func(s simulator.SweepResult) {
		status.set("%d of %d seeds, %d passed, %d failures", s.Runs, c.seeds.Count(), s.Passed, len(s.Failures))
	}}
	input := mount(places)
	r.set(simulator.Sweep(cfg, func() simulator.Scenario { return shuffle.Scenario(job, profile, input) }))
	if len(r.Failures) == 0 {
		return
	}
	if now, err := countPlain(places, job); err != nil || now.SHA256 != job.Want {
		r.Error = errInputChanged.Error()
	}
}

// sweepReport is what is printed of a sweep. Its names are the contract of --format json.
type sweepReport struct {
	Scenario            string              `json:"scenario"`
	Network             string              `json:"network"`
	FaultsProfile       string              `json:"faults_profile"`
	Seeds               string              `json:"seeds"`
	Runs                uint64              `json:"runs"`
	Passed              uint64              `json:"passed"`
	CleanErrors         uint64              `json:"clean_errors"`
	Failed              uint64              `json:"failed"`
	Hung                uint64              `json:"hung"`
	Nondeterministic    uint64              `json:"nondeterministic"`
	DistinctTraceHashes int                 `json:"distinct_trace_hashes"`
	Faults              map[string]uint64   `json:"faults"`
	WallMS              int64               `json:"wall_ms"`
	Never               []string            `json:"never_exercised"`
	Failures            []simulator.Failure `json:"failures"`

	groups []simulator.FailureGroup
	Error  string `json:"error,omitempty"`
}

func (r *sweepReport) set(s simulator.SweepResult) {
	r.Runs, r.Passed, r.CleanErrors, r.Failed, r.Hung, r.Nondeterministic = s.Runs, s.Passed, s.CleanErrors, s.Failed, s.Hung, s.Nondeterministic
	r.DistinctTraceHashes, r.Faults, r.WallMS, r.Failures = s.Distinct, countsByName(s.Faults), s.Wall.Milliseconds(), s.Failures
	r.Never, r.groups = s.Never, s.Groups()
}

func seconds(ms int64) string { return fmt.Sprintf("%.1f s", float64(ms)/1000) }
