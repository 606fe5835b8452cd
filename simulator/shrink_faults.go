// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"slices"

	"github.com/twinwire/twinwire/internal/tape"
)

// quieten keeps as many of the faults that recur from striking as it can, and lets time pass as if they had: without one
// of them the others strike when they did. What is then left of the quiet ones is only how long the others wait.
func (k *shrinker) quieten() {
	k.reduce(func() int { return len(blowsOf(k.best.tape)) }, func(from, to int) candidate {
		gone := slices.Concat(blowsOf(k.best.tape)[from:to]...)
		return candidate{cuts: k.best.cuts, tape: without(k.best.tape, gone)}
	})
}

// blowsOf returns what the faults of a profile that recur do when they strike, in the order in which they do. Their first
// choice, which is when that is, is not among it.
func blowsOf(t *Tape) [][]place {
	var blows [][]place
	for _, unit := range unitsOf(t, classFault) {
		blow := slices.DeleteFunc(unit, func(p place) bool { return p.n == 1 })
		if len(blow) == 0 {
			continue
		}
		stream := slices.IndexFunc(t.Streams, func(s tape.Stream) bool { return s.ID == blow[0].stream })
		if recursByProfile(t.Streams[stream]) {
			blows = append(blows, blow)
		}
	}
	return blows
}

// recursByProfile reports whether the stream is of a fault that a profile makes recur.
func recursByProfile(s tape.Stream) bool { return recurs(s) && s.Purpose() != "plan" }
