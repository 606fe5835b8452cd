// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twinwire/twinwire/simulator"
	"github.com/twinwire/twinwire/simulator/shuffle"
)

// replayCmd makes one run twice and shows how it went.
type replayCmd struct {
	failureFlags
	Trace *int `placeholder:"N" help:"How many of the last events are shown (64). A test shows what led to a failure unless this is given."`
}

// replayTrace is how many events are shown when nothing else is asked for.
const replayTrace = 64

// Validate reports what is wrong with the values. Kong calls it.
func (c *replayCmd) Validate() error {
	if c.Trace != nil && *c.Trace < 1 {
		return fmt.Errorf("--trace is %d, want at least 1", *c.Trace)
	}
	return c.failureFlags.Validate()
}

// Run is the verb.
func (c *replayCmd) Run(t *terminal) error {
	settings, trace := []string{"SIM_SHRINK=0"}, replayTrace
	if c.Trace != nil {
		trace = *c.Trace
		settings = append(settings, fmt.Sprintf("SIM_TRACE=%d", trace))
	}
	if driven, err := c.drive(t, settings...); driven {
		return err
	}
	r := c.newReport(c.Seed)
	r.Scenario = c.Scenario
	var outcome shuffle.Outcome
	c.done = func(o shuffle.Outcome) { outcome = o }
	s, cfg, err := c.run()
	if err != nil {
		return err
	}
	if cfg.Faults.Name != "" {
		r.FaultsProfile = cfg.Faults.Name
	}
	cfg.Trace, cfg.Twice = trace, true
	ctx, stop := interruptible()
	defer stop()
	began := time.Now()
	res, ended := uninterrupted(ctx, func() simulator.Result { return simulator.Run(cfg, s.scenario) })
	if ended {
		repeats := res.Repeats()
		r.setOutcome(outcome)
		r.setWorld(res)
		r.Seed, r.Repeats = res.Seed, &repeats
	}
	r.WallMS = time.Since(began).Milliseconds()
	if c.Format == "text" && ended {
		fmt.Fprintf(t.out, "%s\n", res.Report())
		if c.Scenario != shuffleScenario {
			return verdictError(res)
		}
		fmt.Fprintln(t.out)
	}
	err = r.end(ctx, t, c.Format, cfg.Replay)
	if exit, ok := errors.AsType[*exitError](err); ok && res.Verdict == simulator.Nondeterministic {
		exit.code = exitNondeterministic
	}
	return err
}

// verdictError ends the program as the run ended.
func verdictError(res simulator.Result) error {
	switch {
	case res.Verdict.OK():
		return nil
	case res.Verdict == simulator.Nondeterministic:
		return &exitError{code: exitNondeterministic}
	}
	return &exitError{code: exitFailed}
}

// uninterrupted returns what work returns, unless the program is asked to end before: then it does not wait.
func uninterrupted[T any](ctx context.Context, work func() T) (got T, ended bool) {
	done := make(chan T, 1)
	go func() { done <- work() }()
	select {
	case got = <-done:
		return got, true
	case <-ctx.Done():
		return got, false
	}
}
