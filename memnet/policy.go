// SPDX-License-Identifier: Apache-2.0

package memnet

import "time"

// A policy is what a seed decides once: how coarse time is, and how often a scheduling point lets others go first.
type policy struct {
	quantum   int64  // all times are multiples of it, so that things happen together
	yieldFrom uint64 // a draw of a scheduling point at or above it lets others go first
	holdFrom  uint64 // at or above it, it holds the task
	holdMax   int64  // for at most that long
}

// pointBound is what a scheduling point draws from.
const pointBound = 1 << 20

//go:norace
func (w *World) drawPolicy() policy {
	s := w.stream("policy", 0, "")
	quanta := []time.Duration{1, time.Microsecond, 10 * time.Microsecond, 20 * time.Microsecond, 50 * time.Microsecond, 100 * time.Microsecond}
	yields := []uint64{2, 8, 32, 64} // of 64 scheduling points
	holds := []uint64{1 << 20, 1 << 14, 1 << 12, 1 << 10}
	spans := []time.Duration{10 * time.Microsecond, 100 * time.Microsecond, time.Millisecond, 10 * time.Millisecond}
	p := policy{quantum: int64(quanta[w.choose(&s, uint64(len(quanta)))])}
	p.holdFrom = pointBound - pointBound/holds[w.choose(&s, uint64(len(holds)))]
	p.yieldFrom = p.holdFrom - p.holdFrom/64*yields[w.choose(&s, uint64(len(yields)))]
	p.holdMax = int64(spans[w.choose(&s, uint64(len(spans)))])
	return p
}
