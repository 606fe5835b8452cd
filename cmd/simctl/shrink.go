// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/twinwire/twinwire/simulator"
)

// shrinkCmd looks for a smaller run that fails in the same way.
type shrinkCmd struct {
	failureFlags
	Time time.Duration `default:"10s" help:"How long to try (${default})."`
	Jobs int           `placeholder:"N" help:"How many runs are made at a time (as many as there are cores)."`
	Out  string        `placeholder:"NAME" help:"Where to keep the smallest run: NAME.tape and NAME.plan (the scenario's name and the seed)."`
}

// errNoFailure says why there is nothing to shrink or explain.
var errNoFailure = errors.New("the run does not fail, or not in a way that repeats")

// Validate reports what is wrong with the values. Kong calls it.
func (c *shrinkCmd) Validate() error {
	if c.Time <= 0 || c.Jobs < 0 {
		return fmt.Errorf("--time %v --jobs %d: want a time, and no number of jobs below 0", c.Time, c.Jobs)
	}
	return c.failureFlags.Validate()
}

// Run is the verb.
func (c *shrinkCmd) Run(t *terminal) error {
	if driven, err := c.drive(t, "SIM_SHRINK="+c.Time.String()); driven {
		return err
	}
	s, err := c.subject()
	if err != nil {
		return err
	}
	cfg, err := c.run(s)
	if err != nil {
		return err
	}
	small, err := shrunk(t, s, simulator.ShrinkConfig{Run: cfg, Budget: c.Time, Workers: c.Jobs})
	if err != nil {
		return err
	}
	if c.Out == "" {
		c.Out = fmt.Sprintf("%s-%d", c.Scenario, small.First.Seed)
	}
	small.First.Replay, small.Replay = cfg.Replay, s.replayTape(c.Out+".tape")
	for name, text := range map[string]string{c.Out + ".tape": small.Last.Tape.String(), c.Out + ".plan": small.Last.Plan.String()} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			return fmt.Errorf("keep %s: %w", name, pathCause(err))
		}
	}
	fmt.Fprintln(t.out, small.Report())
	return nil
}

// shrunk shrinks a failing run, and shows how far it is.
func shrunk(t *terminal, s subject, cfg simulator.ShrinkConfig) (simulator.Shrunk, error) {
	ctx, stop := interruptible()
	defer stop()
	status := newStatusLine(t)
	cfg.Progress = func(sofar simulator.Shrunk) { status.set("%d runs, %s", sofar.Runs, sofar.Last.Size()) }
	type end struct {
		shrunk simulator.Shrunk
		ok     bool
	}
	e, ended := uninterrupted(ctx, func() end {
		small, ok := simulator.Shrink(cfg, s.scenario)
		return end{small, ok}
	})
	status.clear()
	switch {
	case !ended:
		return e.shrunk, &exitError{code: exitInterrupted, err: errInterrupted}
	case !e.ok:
		return e.shrunk, &exitError{code: exitFailed, err: fmt.Errorf("%w: %v", errNoFailure, e.shrunk.First)}
	}
	return e.shrunk, nil
}
