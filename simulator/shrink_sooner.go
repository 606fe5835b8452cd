// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"math/bits"
	"slices"

	"github.com/twinwire/twinwire/internal/tape"
)

// The bounds of dropSooner, which tries many runs.
const (
	fewOperations = 24
	fewFaults     = 6
	moments       = 128 // a power of two
	occasions     = 16
)

// dropSooner does without an operation or a fault and lets another fault strike sooner, by as much as it takes: without what
// came before it, the fault would strike too late.
func (k *shrinker) dropSooner() {
	for i := 0; i < len(k.operations()) && i < fewOperations && !k.late(); {
		op := k.operations()[i]
		less := candidate{tape: k.best.tape, cuts: k.best.cuts.clone()}
		less.cuts.skip(op.host, op.n)
		if _, found := k.first(sooner(less)); !found {
			i++
		}
	}
	for i := 0; !k.late(); {
		faults := unitsOf(k.best.tape, classFault)
		if len(faults) > fewFaults || i >= len(faults) {
			break
		}
		less := candidate{tape: without(k.best.tape, faults[i]), cuts: k.best.cuts}
		if _, found := k.first(sooner(less)); !found {
			i++
		}
	}
}

// sooner returns what makes a candidate into those in which one fault, or all of one kind on one link, strike sooner.
func sooner(less candidate) []func() candidate {
	var all []func() candidate
	for _, at := range timesOfFaults(less.tape) {
		for m := range uint8(moments) {
			all = append(all, func() candidate {
				t := less.tape.Clone()
				t.Choices[at] = ofLength(t.Choices[at], portion(lengthOf(t.Choices[at]), m))
				return candidate{tape: t, cuts: less.cuts}
			})
		}
	}
	for i, s := range less.tape.Streams {
		if !occasional(s) {
			continue
		}
		for by := range uint64(occasions) {
			all = append(all, func() candidate { return candidate{tape: earlier(less.tape, i, by+1), cuts: less.cuts} })
		}
	}
	return all
}

// portion returns a part of a length, another for each m below moments. Parts far apart come first: the moments that do lie
// together.
func portion(length uint64, m uint8) uint64 {
	return length * (uint64(bits.Reverse8(m)) * moments / 256) / moments
}

// timesOfFaults returns the choices of when the faults that recur strike, if they are few.
func timesOfFaults(t *Tape) []int {
	var all []int
	for i, c := range t.Choices {
		if recurs(t.Streams[c.Stream]) && c.Bound == exponentialBound && c.N == 1 && len(all) < fewFaults {
			all = append(all, i)
		}
	}
	return all
}

// occasional reports whether the stream decides what befalls each segment, write or dial of a link, or each file in crashes
// of its host.
func occasional(s tape.Stream) bool {
	return slices.Contains([]string{"late", "loss", "flip", "split", "reset", "refuse", "unsynced"}, s.Purpose())
}

// earlier returns a tape on which what a stream decides befalls an occasion so many before the one it did, if there is one.
func earlier(t *Tape, stream int, by uint64) *Tape {
	t = t.Clone()
	for i := range t.Choices {
		if c := &t.Choices[i]; c.Stream == stream && c.N > by*tape.PerOccasion {
			c.N -= by * tape.PerOccasion
		}
	}
	return t
}
