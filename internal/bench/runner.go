// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"time"

	"github.com/twinwire/twinwire/internal/bench/meter"
)

// disturbance is the share of the machine above which others have spoilt a sample.
const disturbance = 0.08

// runner takes the samples of a run.
type runner struct {
	options
	list      []cell
	results   results
	repeated  int // samples taken again
	disturbed int // samples kept although disturbed
}

func newRunner(cells []cell, o options) *runner {
	r := &runner{options: o, list: chosenCells(cells, o), results: results{}}
	for _, c := range r.list {
		for _, p := range c.peers {
			r.results[key{c.name, p}] = nil
		}
	}
	return r
}

// run takes all samples. A sample that fails is reported and missing; only the end of ctx ends the run.
func (r *runner) run(ctx context.Context) error {
	for round := range r.rounds {
		began := time.Now()
		for _, i := range rand.Perm(len(r.list)) {
			c := r.list[i]
			if c.once && round > 0 {
				continue
			}
			if err := r.waitQuiet(ctx); err != nil {
				return err
			}
			for _, j := range rand.Perm(len(c.peers)) {
				r.take(ctx, c, c.peers[j], r.repeats*(round+1)/r.rounds)
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		fmt.Fprintf(os.Stderr, "round %d of %d: %.0f s\n", round+1, r.rounds, time.Since(began).Seconds())
	}
	return nil
}

// take takes one sample, again while it is disturbed and the run has not taken budget samples again, and keeps the least
// disturbed. One that fails is said and not taken again.
func (r *runner) take(ctx context.Context, c cell, peer string, budget int) {
	var best *sample
	for attempt := range 3 {
		if attempt > 0 {
			if r.repeated >= budget {
				break
			}
			r.repeated++
		}
		s, err := r.sample(ctx, c, peer)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s %s: %v\n", c.name, peer, err)
			break
		}
		if best == nil || s.Foreign < best.Foreign {
			best = &s
		}
		if best.Foreign <= disturbance {
			break
		}
	}
	if best == nil {
		return
	}
	if best.Foreign > disturbance {
		r.disturbed++
	}
	k := key{c.name, peer}
	r.results[k] = append(r.results[k], *best)
}

// waitQuiet waits until the machine has been quiet for a moment, as long as the time set aside for that lasts.
func (r *runner) waitQuiet(ctx context.Context) error {
	const moment = 100 * time.Millisecond
	for r.quiet > 0 {
		before, cores, err := meter.MachineBusy()
		if err != nil {
			return err
		}
		pause := time.NewTimer(moment)
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return ctx.Err()
		}
		after, _, err := meter.MachineBusy()
		if err != nil {
			return err
		}
		if meter.Foreign(after-before, 0, moment, cores) <= disturbance {
			return nil
		}
		r.quiet -= moment
	}
	return nil
}
