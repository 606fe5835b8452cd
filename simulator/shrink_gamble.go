// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"math/rand/v2"
	"slices"

	"github.com/twinwire/twinwire/internal/tape"
)

// gambles is how many runs gamble tries before it gives up.
const gambles = 256

// gamble does without some of many faults, and lets other chances make up for them: other random numbers of the hosts, which
// are their jitter and their timeouts, other delays, another moment for one of the faults that are left.
func (k *shrinker) gamble() {
	for round := uint64(1); k.crowded(); round++ {
		var candidates []func() candidate
		for i := range uint64(gambles) {
			candidates = append(candidates, func() candidate { return k.gambled(rand.New(rand.NewPCG(round, i))) }) //nolint:gosec // it need not be secret
		}
		if _, found := k.first(candidates); !found {
			return
		}
		k.dropChoices(classFault)
	}
}

// gambled returns the best run with fewer faults and other chances.
func (k *shrinker) gambled(r *rand.Rand) candidate {
	c := candidate{tape: k.fewer(r), cuts: k.best.cuts, below: k.out.Last.Size().Faults}
	if times := timesOfFaults(c.tape); len(times) > 0 && r.IntN(2) == 0 {
		at := times[r.IntN(len(times))]
		length := min(2*lengthOf(c.tape.Choices[at])+1, exponentialBound)
		c.tape.Choices[at] = ofLength(c.tape.Choices[at], r.Uint64N(length))
	}
	if r.IntN(4) > 0 {
		k.redraw(c.tape, r, "random")
	}
	if r.IntN(4) == 0 {
		k.redraw(c.tape, r, "delay")
	}
	return c
}

// fewer returns the best tape without one fault, or without up to a half of them; those that recur may only not strike.
func (k *shrinker) fewer(r *rand.Rand) *Tape {
	units := unitsOf(k.best.tape, classFault)
	gone := 1
	if r.IntN(2) == 0 {
		gone += r.IntN((len(units) + 1) / 2)
	}
	var lost []place
	for _, i := range r.Perm(len(units))[:min(gone, len(units))] {
		unit := units[i]
		if len(unit) > 1 && r.IntN(2) == 0 {
			unit = unit[1:] // time passes
		}
		lost = append(lost, unit...)
	}
	return without(k.best.tape, lost)
}

// redraw draws the choices of one purpose again, those of some streams or of others, as the first run made them.
func (k *shrinker) redraw(t *Tape, r *rand.Rand, purpose string) {
	first := k.out.First.Tape
	var chosen []int
	for i, s := range first.Streams {
		if s.Purpose() == purpose && r.IntN(2) == 0 {
			chosen = append(chosen, i)
		}
	}
	for _, i := range chosen {
		to := slices.Index(t.Streams, first.Streams[i])
		if to < 0 {
			to = len(t.Streams)
			t.Streams = append(t.Streams, first.Streams[i])
		}
		t.Choices = slices.DeleteFunc(t.Choices, func(c tape.Choice) bool { return c.Stream == to })
		for _, c := range first.Choices {
			if c.Stream == i {
				c.Stream, c.Value = to, r.Uint64N(c.Bound)
				t.Choices = append(t.Choices, c)
			}
		}
	}
}
