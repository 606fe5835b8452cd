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

// replayCmd runs one seed twice and shows how it went.
type replayCmd struct {
	Scenario string `arg:"" enum:"shuffle" help:"The scenario: ${enum}."`
	shuffleFlags
	Seed  uint64 `default:"1" placeholder:"N" help:"The run to repeat (${default})."`
	Trace int    `default:"64" placeholder:"N" help:"How many of the last events are shown (${default})."`
}

// errReplayOverTCP says why there is no such replay.
var errReplayOverTCP = errors.New("--network tcp: a seed repeats nothing over real TCP")

// Validate reports what is wrong with the values. Kong calls it.
func (c *replayCmd) Validate() error {
	switch {
	case c.Network == "tcp":
		return errReplayOverTCP
	case c.Trace < 1:
		return fmt.Errorf("--trace is %d, want at least 1", c.Trace)
	}
	return c.shuffleFlags.Validate()
}

// Run is the verb.
func (c *replayCmd) Run(t *terminal) error {
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
	r := c.newReport(c.Seed)
	job := c.job(places)
	began := time.Now()
	res := c.twice(ctx, r, job, profile, places)
	r.WallMS = time.Since(began).Milliseconds()
	if c.Format == "text" && ctx.Err() == nil {
		fmt.Fprintf(t.out, "%s\n\n", res.Report())
	}
	err = r.end(ctx, t, c.Format, c.replayCommand(c.Seed))
	if exit, ok := errors.AsType[*exitError](err); ok && res.Verdict == simulator.Nondeterministic {
		exit.code = exitNondeterministic
	}
	return err
}

// twice makes two runs of the seed, which must come to the result of a plain count, unless it is interrupted.
func (c *replayCmd) twice(ctx context.Context, r *runReport, job shuffle.Job, profile simulator.Profile, places []place) simulator.Result {
	var o shuffle.Outcome
	job.Done = func(done shuffle.Outcome) { o = done }
	ended := make(chan simulator.Result, 1)
	input := mount(places)
	go func() {
		if plain, err := countPlain(places, job); err == nil {
			job.Want = plain.SHA256
		}
		cfg := simulator.RunConfig{Seed: c.Seed, Trace: c.Trace, Twice: true, Replay: c.replayCommand(c.Seed)}
		ended <- simulator.Run(cfg, func() simulator.Scenario { return shuffle.Scenario(job, profile, input) })
	}()
	select {
	case res := <-ended:
		r.setOutcome(o)
		r.setWorld(res)
		repeats := res.Repeats()
		r.Repeats = &repeats
		return res
	case <-ctx.Done():
		return simulator.Result{}
	}
}
