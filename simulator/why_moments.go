// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"slices"
	"time"

	"github.com/twinwire/twinwire/internal/tape"
)

// Moment is what happened at one moment of a run, and how many of some runs that go on from there by other chances fail
// in the same way.
type Moment struct {
	At         time.Duration // virtual time
	Host       string        // empty: between hosts, or the start
	What       string        // empty: the start
	Fail, Runs int

	step uint64
}

const (
	momentsTried = 12 // at a time, twice
	futures      = 24 // runs that go on from each
)

// moments tries moments all over the run, and then some of those between which the failure became likely.
func (w *inquiry) moments() {
	steps := w.steps()
	at := spread(0, len(steps), momentsTried)
	if !w.tryMoments(steps, at) {
		return
	}
	jump, low := 0, 0
	for i := range len(w.out.Moments) - 1 {
		if by := w.out.Moments[i+1].Fail - w.out.Moments[i].Fail; by > jump {
			jump, low = by, i
		}
	}
	if jump > 0 {
		w.tryMoments(steps, spread(at[low]+1, at[low+1], momentsTried))
	}
}

// spread picks at most n numbers from low to high-1, the first and the last included.
func spread(low, high, n int) []int {
	count := high - low
	if count <= n {
		n = max(count, 0)
	}
	var all []int
	for i := range n {
		all = append(all, low+i*max(count-1, 0)/max(n-1, 1))
	}
	return all
}

// steps are the moments of the run at which something happened, by the index of the last sighting of a step; -1 is the
// start.
func (w *inquiry) steps() []int {
	all := []int{-1}
	for i, s := range w.out.seen {
		switch {
		case ofTheStack(s):
		case len(all) > 1 && w.out.seen[all[len(all)-1]].Step == s.Step:
			all[len(all)-1] = i
		default:
			all = append(all, i)
		}
	}
	return all
}

// tryMoments adds moments to those that are known, in their order. It returns false when the time was up.
func (w *inquiry) tryMoments(steps, at []int) bool {
	var all []candidate
	fresh := make([]Moment, len(at))
	for i, k := range at {
		step := uint64(0)
		if n := steps[k]; n >= 0 {
			s := w.out.seen[n]
			step = s.Step + 1
			fresh[i] = Moment{At: s.At, Host: s.Host, What: sightingText(s), step: step}
		}
		for future := range uint64(futures) {
			t := w.best.tape.Clone()
			t.Reseeds = []tape.Reseed{{Step: step, Seed: future + 1}}
			all = append(all, candidate{tape: t, cuts: w.best.cuts})
		}
	}
	tried := w.tryAll(all, func(i int, _ Result, same bool) {
		m := &fresh[i/futures]
		m.Runs++
		if same {
			m.Fail++
		}
	})
	w.out.Moments = append(w.out.Moments, fresh[:tried/futures]...)
	slices.SortStableFunc(w.out.Moments, func(a, b Moment) int { return cmp.Compare(a.step, b.step) })
	return tried == len(all)
}
