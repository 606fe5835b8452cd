// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"time"

	"github.com/twinwire/twinwire/simulator"
	"github.com/twinwire/twinwire/simulator/shuffle"
)

// demoCmd counts words three ways and compares.
type demoCmd struct {
	Input     []string `sep:"none" default:"." placeholder:"PATH" help:"File or folder to count the words of; may be given more than once."`
	Executors int      `default:"4" placeholder:"N" help:"How many executors (${default})."`
	Seed      uint64   `default:"1" placeholder:"N" help:"Picks the run in the simulated world (${default})."`
}

// Run is the verb.
func (c *demoCmd) Run(t *terminal) error {
	flags := shuffleFlags{Input: c.Input, Executors: c.Executors, Partitions: 8, Network: "memnet", Faults: "calm", Format: "text"}
	if err := flags.Validate(); err != nil {
		return usageError(err)
	}
	places, err := flags.places()
	if err != nil {
		return err
	}
	ctx, stop := interruptible()
	defer stop()
	run := runCmd{Scenario: "shuffle", shuffleFlags: flags, Seed: c.Seed}
	sums := map[string]string{}
	for _, network := range []string{"memnet", "tcp"} {
		run.Network = network
		r := run.newReport(c.Seed)
		began := time.Now()
		if network == "tcp" {
			r.setOutcome(runTCP(ctx, t, tcpSettings{Places: mountsOf(places), Faults: "calm"}, run.job(places)))
		} else {
			run.runSimulated(ctx, r, run.job(places), simulator.Calm(), mount(places))
		}
		r.WallMS = time.Since(began).Milliseconds()
		if r.Error != "" || ctx.Err() != nil {
			return r.end(ctx, t, "text", "simctl run shuffle"+run.arguments())
		}
		if err := r.write(t.out, "text"); err != nil {
			return err
		}
		fmt.Fprintln(t.out)
		sums[network] = r.ResultSHA256
	}
	return c.compare(ctx, t, run.job(places), places, sums)
}

// compare counts plainly and says whether all agree.
func (c *demoCmd) compare(ctx context.Context, t *terminal, job shuffle.Job, places []place, sums map[string]string) error {
	began := time.Now()
	plain, err := countPlain(places, job)
	switch {
	case ctx.Err() != nil:
		return &exitError{code: exitInterrupted, err: errInterrupted}
	case err != nil:
		return err
	}
	fmt.Fprintf(t.out, "memnet  %s\ntcp     %s\nplain   %s  single-threaded, took %v\n",
		sums["memnet"], sums["tcp"], plain.SHA256, time.Since(began).Round(time.Millisecond))
	if sums["memnet"] != plain.SHA256 || sums["tcp"] != plain.SHA256 {
		fmt.Fprintln(t.out, "the hashes DIFFER")
		return &exitError{code: exitFailed}
	}
	fmt.Fprintln(t.out, "the three hashes agree")
	return nil
}
