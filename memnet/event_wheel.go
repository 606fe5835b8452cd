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
	at    int64  // when the earliest arrives; farAway: there is none
	used  uint64 // slots
	shift uint   // a slot is 1<<shift ns
	span  int64  // what arrives within it from now has a slot
	far   eventHeap
	slots [slots]slot // by time, modulo slots
}

// slots is how many there are: as many as used has bits.
const slots = 64

// A slot is a list of segments.
type slot struct{ first, last *segment }

// init makes the slots as wide as the latency asks for.
//
//go:norace
func (q *eventWheel) init(f *fault.Profile) {
	const narrowest = time.Microsecond
	most := f.LatencyMin + 7*f.LatencyMean // see exponential
	q.shift = uint(bits.Len64(uint64(max(most/slots, narrowest))))
	q.at, q.span = farAway, (slots-1)<<q.shift
}

// push puts in a segment that is sent now, and after all that were put in before.
//
//go:norace
//go:nosplit
func (q *eventWheel) push(now int64, s *segment) {
	q.at = min(q.at, s.at)
	if s.at-now > q.span {
		q.far.push(event{at: s.at, seq: s.seq, seg: s})
		return
	}
	i := uint64(s.at) >> (q.shift & 63) % slots
	l := &q.slots[i]
	switch {
	case l.first == nil:
		l.first, l.last = s, s
		q.used |= 1 << i
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
	s := q.slots[uint64(now)>>(q.shift&63)%slots].first
	if s == nil || len(q.far) > 0 && q.far[0].at <= now && (q.far[0].at < s.at || q.far[0].seq < s.seq) {
		return q.far[0].seg
	}
	return s
}

// take takes out what is due.
//
//go:norace
//go:nosplit
func (q *eventWheel) take(now int64) *segment {
	if len(q.far) > 0 {
		return q.takeOfAll(now)
	}
	return q.takeOfSlots(uint64(now) >> (q.shift & 63) % slots)
}

// takeOfSlots takes out what is due in a slot.
//
//go:norace
//go:nosplit
func (q *eventWheel) takeOfSlots(i uint64) *segment {
	l := &q.slots[i]
	s := l.first
	l.first, s.next = s.next, nil
	if l.first == nil {
		q.used &^= 1 << i
		if q.used == 0 {
			q.at = farAway
			return s
		}
		i += uint64(bits.TrailingZeros64(bits.RotateLeft64(q.used, -int(i))))
		l = &q.slots[i%slots]
	}
	q.at = l.first.at
	return s
}

// takeOfAll is take where some are too far away for a slot.
//
//go:norace
func (q *eventWheel) takeOfAll(now int64) *segment {
	i := uint64(now) >> (q.shift & 63) % slots
	s := q.slots[i].first
	if q.far[0].at <= now {
		s = q.due(now)
	}
	if s == q.slots[i].first {
		q.takeOfSlots(i)
	} else {
		q.far.pop()
		q.at = farAway
		if q.used != 0 {
			i += uint64(bits.TrailingZeros64(bits.RotateLeft64(q.used, -int(i))))
			q.at = q.slots[i%slots].first.at
		}
	}
	if len(q.far) > 0 {
		q.at = min(q.at, q.far[0].at)
	}
	return s
}
