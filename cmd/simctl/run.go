// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"os/signal"
	"syscall"
	"time"

	"github.com/twinwire/twinwire/simulator"
	"github.com/twinwire/twinwire/simulator/shuffle"
)

// runCmd runs a scenario once.
type runCmd struct {
	Scenario string `arg:"" enum:"shuffle" help:"The scenario: ${enum}."`
	shuffleFlags
	Seed uint64 `default:"1" placeholder:"N" help:"Picks the run in the simulated world (${default})."`
}

// Run is the verb.
func (c *runCmd) Run(t *terminal) error {
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
	status := newStatusLine(t)
	job := c.job(places)
	job.Progress = status.job
	began := time.Now()
	if c.Network == "tcp" {
		r.setOutcome(runTCP(ctx, t, tcpSettings{Places: mountsOf(places), Faults: c.Faults}, job))
	} else {
		c.runSimulated(ctx, r, job, profile, mount(places))
	}
	r.WallMS = time.Since(began).Milliseconds()
	status.clear()
	repeat := "simctl run shuffle" + c.arguments()
	if c.Network != "tcp" {
		repeat = c.replayCommand(c.Seed)
	}
	return r.end(ctx, t, c.Format, repeat)
}

// runSimulated makes the run in a simulated world. It does not wait for the end of one that is interrupted.
func (c *runCmd) runSimulated(ctx context.Context, r *runReport, job shuffle.Job, profile simulator.Profile, input []simulator.Mount) {
	type end struct {
		result  simulator.Result
		outcome shuffle.Outcome
	}
	ended := make(chan end, 1)
	go func() {
		var e end
		job.Done = func(o shuffle.Outcome) { e.outcome = o }
		cfg := simulator.RunConfig{Seed: c.Seed, Replay: c.replayCommand(c.Seed)}
		e.result = simulator.Run(cfg, func() simulator.Scenario { return shuffle.Scenario(job, profile, input) })
		ended <- e
	}()
	select {
	case e := <-ended:
		r.setOutcome(e.outcome)
		r.setWorld(e.result)
	case <-ctx.Done():
		r.setError(errInterrupted)
	}
}

// newReport is the report of a run of which nothing is known yet.
func (f *shuffleFlags) newReport(seed uint64) *runReport {
	return &runReport{Scenario: "shuffle", Network: f.Network, Seed: seed, FaultsProfile: f.Faults}
}

// replayCommand repeats a seed in the simulated world.
func (f *shuffleFlags) replayCommand(seed uint64) string {
	return fmt.Sprintf("simctl replay shuffle --seed %d%s", seed, f.arguments())
}

// end prints the report and says how the verb ended.
func (r *runReport) end(ctx context.Context, t *terminal, format, repeat string) error {
	if ctx.Err() != nil {
		r.setError(errInterrupted)
	}
	if err := r.write(t.out, format); err != nil {
		return err
	}
	switch {
	case ctx.Err() != nil:
		return &exitError{code: exitInterrupted, err: errInterrupted}
	case r.Error == "":
		return nil
	case format == "text":
		fmt.Fprintln(t.out, "repeat:", repeat)
	}
	return &exitError{code: exitFailed, err: errors.New(r.Error)}
}

// interruptible returns a context that ends when the program is asked to. A second time ends the program at once.
func interruptible() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	context.AfterFunc(ctx, stop)
	return ctx, stop
}
