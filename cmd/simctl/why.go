// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"os"
	"time"

	"github.com/twinwire/twinwire/simulator"
)

// whyCmd tells how a failing run came to fail.
type whyCmd struct {
	failureFlags
	Time time.Duration `default:"10s" help:"How long to shrink a seed's run before, and to try other runs after (${default})."`
	Jobs int           `placeholder:"N" help:"How many runs are made at a time (as many as there are cores)."`
	As   bool          `name:"as-is" help:"Do not shrink the run of a seed before it is explained."`
	HTML string        `name:"html" placeholder:"FILE" help:"Draw the run too, on a page that needs nothing else."`
}

// Validate reports what is wrong with the values. Kong calls it.
func (c *whyCmd) Validate() error {
	if c.Time <= 0 || c.Jobs < 0 {
		return fmt.Errorf("--time %v --jobs %d: want a time, and no number of jobs below 0", c.Time, c.Jobs)
	}
	return c.failureFlags.Validate()
}

// Run is the verb.
func (c *whyCmd) Run(t *terminal) error {
	if driven, err := c.drive(t, "SIM_WHY="+c.Time.String()); driven {
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
	if c.Tape == "" && !c.As {
		small, err := shrunk(t, s, simulator.ShrinkConfig{Run: cfg, Budget: c.Time, Workers: c.Jobs})
		if err != nil {
			return err
		}
		fmt.Fprintf(t.out, "%v\nshrunk from %v\n        to %v; that is\n", small.First, small.First.Size(), small.Last.Size())
		cfg.Tape, cfg.Replay = small.Last.Tape, ""
	}
	return c.explain(t, s, cfg)
}

func (c *whyCmd) explain(t *terminal, s subject, cfg simulator.RunConfig) error {
	ctx, stop := interruptible()
	defer stop()
	status := newStatusLine(t)
	type end struct {
		why simulator.Explanation
		ok  bool
	}
	e, ended := uninterrupted(ctx, func() end {
		why, ok := simulator.Why(simulator.WhyConfig{
			Run: cfg, Budget: c.Time, Workers: c.Jobs, Progress: func(runs int) { status.set("%d runs", runs) },
		}, s.scenario)
		return end{why, ok}
	})
	status.clear()
	switch {
	case !ended:
		return &exitError{code: exitInterrupted, err: errInterrupted}
	case !e.ok:
		return &exitError{code: exitFailed, err: fmt.Errorf("%w: %v", errNoFailure, e.why.Run)}
	}
	fmt.Fprintln(t.out, e.why.Report())
	if c.HTML == "" {
		return nil
	}
	if err := os.WriteFile(c.HTML, []byte(e.why.HTML()), 0o600); err != nil {
		return fmt.Errorf("--html %s: %w", c.HTML, pathCause(err))
	}
	return nil
}
