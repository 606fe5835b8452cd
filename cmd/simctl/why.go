// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/twinwire/twinwire/simulator"
)

// errShrinksItself says why a test does not explain a run as it is.
var errShrinksItself = errors.New("--as-is: a test shrinks by itself what it explains")

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
	return errors.Join(c.validateEffort(c.Time, c.Jobs), c.ownFiles("--html", c.HTML), c.whole())
}

// whole refuses to leave out what a test does by itself.
func (c *whyCmd) whole() error {
	if _, ok := c.packageScenario(); ok && c.As {
		return errShrinksItself
	}
	return nil
}

// Run is the verb.
func (c *whyCmd) Run(t *terminal) error {
	collectSeldom()
	if driven, err := c.drive(t, append(processors(c.Jobs), "SIM_WHY="+c.Time.String())...); driven {
		return err
	}
	s, cfg, err := c.run()
	if err != nil {
		return err
	}
	if c.Tape == "" && !c.As {
		small, err := shrunk(t, s, simulator.ShrinkConfig{Run: cfg, Budget: c.Time, Workers: c.Jobs})
		if err != nil {
			return err
		}
		if c.Format != "json" {
			fmt.Fprintf(t.out, "%v\nshrunk from %v\n        to %v; that is\n", small.First, small.First.Size(), small.Last.Size())
		}
		cfg.Tape, cfg.Replay = small.Last.Tape, ""
	}
	return c.explain(t, s, cfg)
}

func (c *whyCmd) explain(t *terminal, s subject, cfg simulator.RunConfig) error {
	why, err := attempt(t, func(status *statusLine) (simulator.Explanation, bool) {
		return simulator.Why(simulator.WhyConfig{
			Run: cfg, Budget: c.Time, Workers: c.Jobs, Progress: func(runs int) { status.set("%d runs", runs) },
		}, s.scenario)
	}, func(why simulator.Explanation) simulator.Result { return why.Run })
	if err != nil {
		return err
	}
	if err := writeWhy(t.out, c.Format, c.Scenario, why); err != nil || c.HTML == "" {
		return err
	}
	if err := os.WriteFile(c.HTML, []byte(why.HTML()), 0o600); err != nil {
		return fmt.Errorf("--html %s: %w", c.HTML, pathCause(err))
	}
	return nil
}
