// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"math/bits"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
)

// eventWheel holds what will arrive, the earliest first; of one instant, the first sent. Nothing in it is ever taken
// back: what can be is a timer.
//
// Most segments arrive within a few latencies. Those stand in slots, each for an equal span of time, in order; a bit says
// which slots have something. A segment that arrives later than the last slot is in a heap, and stays there when its
// time comes near.
type eventWheel struct {
	at    int64 // when the earliest arrives; farAway: there is none
	farAt int64 // likewise of those in far
	shift uint  // a slot is 1<<shift ns
	span  int64 // what arrives within it from now has a slot
	used  [slots / 64]uint64
	far   eventHeap
	slots [slots]slot // by time, modulo slots
}

// slots is how many there are: so many that of a hundred segments on their way few share one.
const slots = 256

// A slot is a list of segments.
type slot struct{ first, last *segment }

// init makes the slots as wide as the latency asks for.
//
//go:norace
func (q *eventWheel) init(f *fault.Profile) {
	const narrowest = time.Microsecond
	most := f.LatencyMin + 7*f.LatencyMean // see exponential
	q.shift = uint(bits.Len64(uint64(max(most/slots, narrowest))))
	q.at, q.farAt, q.span = farAway, farAway, (slots-1)<<q.shift
}

// push puts in a segment that is sent now, and after all that were put in before.
//
//go:norace
//go:nosplit
func (q *eventWheel) push(now int64, s *segment) {
	q.at = min(q.at, s.at)
	if s.at-now > q.span {
		q.far.push(event{at: s.at, seq: s.seq, seg: s})
		q.farAt = q.far[0].at
		return
	}
	i := q.slotOf(s.at)
	l := &q.slots[i]
	switch {
	case l.first == nil:
		l.first, l.last = s, s
		q.used[i/64] |= 1 << (i % 64)
	case l.last.at <= s.at:
		l.last.next = s
		l.last = s
	default:
		after := &l.first
		for (*after).at <= s.at {
			after = &(*after).next
		}
		s.next = *after
		*after = s
	}
}

// due returns the earliest, which arrives now: so it is the first of its slot, unless it was too far away for one.
//
//go:norace
func (q *eventWheel) due(now int64) *segment {
	s := q.slots[q.slotOf(now)].first
	if q.farAt <= now && (s == nil || q.farAt < s.at || q.far[0].seq < s.seq) {
		return q.far[0].seg
	}
	return s
}

//go:norace
func (q *eventWheel) slotOf(at int64) uint64 { return uint64(at) >> (q.shift & 63) % slots }

// take takes out what is due.
//
//go:norace
//go:nosplit
func (q *eventWheel) take(now int64) *segment {
	if q.farAt <= now {
		if s := q.due(now); s == q.far[0].seg {
			q.takeFar()
			return s
		}
	}
	i := q.slotOf(now)
	l := &q.slots[i]
	s := l.first
	l.first, s.next = s.next, nil
	if l.first != nil {
		q.at = min(l.first.at, q.farAt)
		return s
	}
	q.used[i/64] &^= 1 << (i % 64)
	q.at = min(q.firstFrom(i), q.farAt)
	return s
}

// takeFar takes out the earliest of those that are too far away for a slot.
//
//go:norace
func (q *eventWheel) takeFar() {
	now := q.farAt
	q.far.pop()
	q.farAt = farAway
	if len(q.far) > 0 {
		q.farAt = q.far[0].at
	}
	q.at = min(q.firstFrom(q.slotOf(now)), q.farAt)
}

// firstFrom returns when the first arrives of those that have a slot; now is slot i.
//
//go:norace
func (q *eventWheel) firstFrom(i uint64) int64 {
	word := i / 64
	used := q.used[word] &^ (1<<(i%64) - 1)
	for n := 0; used == 0; n++ {
		if n == len(q.used) {
			return farAway
		}
		word = (word + 1) % uint64(len(q.used))
		used = q.used[word]
	}
	return q.slots[word*64+uint64(bits.TrailingZeros64(used))].first.at
}
