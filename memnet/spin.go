// SPDX-License-Identifier: Apache-2.0

package memnet

import "time"

// spin counts how often a task has yielded in vain, one time after the other.
type spin struct {
	n     uint64
	point uint64 // where it did so last
	step  uint64
}

const (
	// spinBound is how often a task yields in vain before it takes time.
	spinBound = 1_000_000
	// spinTime is how long a yield takes then, and how much longer after as many more.
	spinTime = 10 * time.Microsecond
)

// spins counts a yield with nobody to yield to, and reports whether the task has done nothing for long but this, and perhaps
// lock something to look at it. Its yields then take time, as on a machine: otherwise what it waits for would not come, nor the
// end of the run if that never does, before it has yielded thousands of millions of times.
//
//go:norace
func (w *World) spins(t *task) bool {
	s := &t.spin
	waited := s.step != w.steps && t.waiting > waitYield
	if t.passed-s.point > 2 || waited {
		s.n = 0
	}
	s.n++
	s.point, s.step = t.passed, w.steps
	return s.n >= spinBound
}
