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
	return errors.Join(c.validateEffort(c.Time, c.Jobs), c.ownFiles("--out", c.Out))
}

// Run is the verb.
func (c *shrinkCmd) Run(t *terminal) error {
	collectSeldom()
	if driven, err := c.drive(t, append(processors(c.Jobs), "SIM_SHRINK="+c.Time.String())...); driven {
		return err
	}
	s, cfg, err := c.run()
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
	return writeShrunk(t.out, c.Format, c.Scenario, c.Out+".tape", small)
}

// shrunk shrinks a failing run, and shows how far it is.
func shrunk(t *terminal, s subject, cfg simulator.ShrinkConfig) (simulator.Shrunk, error) {
	return attempt(t, func(status *statusLine) (simulator.Shrunk, bool) {
		cfg.Progress = func(sofar simulator.Shrunk) { status.set("%d runs, %s", sofar.Runs, sofar.Last.Size()) }
		return simulator.Shrink(cfg, s.scenario)
	}, func(s simulator.Shrunk) simulator.Result { return s.First })
}

// attempt does work on a failing run, which of finds in what comes out, unless somebody interrupts it. Work reports false
// when there is nothing to work on.
func attempt[T any](t *terminal, work func(status *statusLine) (T, bool), of func(T) simulator.Result) (T, error) {
	ctx, stop := interruptible()
	defer stop()
	status := newStatusLine(t)
	ok := false // to be read when work has ended
	got, ended := uninterrupted(ctx, func() (got T) {
		got, ok = work(status)
		return got
	})
	status.clear()
	switch {
	case !ended:
		return got, &exitError{code: exitInterrupted, err: errInterrupted}
	case !ok:
		return got, &exitError{code: exitFailed, err: fmt.Errorf("%w: %v", errNoFailure, of(got))}
	}
	return got, nil
}
