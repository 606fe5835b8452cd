// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"math/bits"
	"time"
)

// A policy is what a seed decides once: how coarse time is, and how often a scheduling point lets others go first.
type policy struct {
	quantum   int64  // all times are multiples of it, so that things happen together
	ofQuantum uint64 // 2^64 divided by the quantum
	yieldFrom uint64 // a draw of a scheduling point at or above it lets others go first
	stackFrom uint64 // likewise, where the stack locks, writes or wakes
	holdShare uint64 // how many of pointBound values each point of a block has for holding the task
	holdMax   int64  // for at most that long
}

const (
	// pointBound is what a scheduling point and a block of them draw from.
	pointBound = 1 << 20
	// holdBlock is how many points of a task share one draw: at which of them, if at any, the task is held.
	holdBlock = 64
)

//go:norace
func (w *World) drawPolicy() policy {
	s := w.stream("policy", 0, "")
	quanta := []time.Duration{1, time.Microsecond, 10 * time.Microsecond, 20 * time.Microsecond, 50 * time.Microsecond, 100 * time.Microsecond}
	yields := []uint64{2, 8, 32, 64} // of 64 scheduling points
	holds := []uint64{1 << 20, 1 << 14, 1 << 12, 1 << 10}
	spans := []time.Duration{10 * time.Microsecond, 100 * time.Microsecond, time.Millisecond, 10 * time.Millisecond}
	p := policy{quantum: int64(quanta[w.choose(&s, uint64(len(quanta)))])}
	p.ofQuantum = ^uint64(0) / uint64(p.quantum)
	p.holdShare = pointBound / holds[w.choose(&s, uint64(len(holds)))]
	yield := yields[w.choose(&s, uint64(len(yields)))]
	p.yieldFrom = pointBound - pointBound/64*yield
	p.stackFrom = pointBound - pointBound/64*yield/stackCalm
	p.holdMax = int64(spans[w.choose(&s, uint64(len(spans)))])
	return p
}

// stackCalm is how many times less often a task lets others go first where the stack locks, writes or wakes than anywhere
// else. A call passes a dozen such places, and what a user writes differs by what comes between the calls: else most
// switches of a busy host would be between two places in the stack that no two tasks want.
const stackCalm = 4

// yieldsFrom is the draw from which a task lets others go first that is about to do something with on. Who writes to a
// connection is the stack; who wakes a waiter nearly always.
//
//go:norace
func (p *policy) yieldsFrom(on any) uint64 {
	switch o := on.(type) {
	case *mutex:
		if o.inside {
			return p.stackFrom
		}
	case *conn, *waiter:
		return p.stackFrom
	}
	return p.yieldFrom
}

// roundUp returns the next multiple of the quantum. It multiplies with what a division would take several times as long
// for: the quotient is right, or one too low.
//
//go:norace
func (p *policy) roundUp(t int64) int64 {
	q := uint64(p.quantum)
	n := uint64(t) + q - 1
	times, _ := bits.Mul64(n, p.ofQuantum)
	if n-times*q >= q {
		times++
	}
	return int64(times * q)
}
