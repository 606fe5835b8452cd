// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"time"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
	"github.com/twinwire/twinwire/internal/tape"
)

// A link is the way from one host to another. What is drawn for it comes from streams of its own.
type link struct {
	// What every segment and every write look at stands together, up to the key of delays.
	to         *Host
	settings   *linkSettings
	segments   uint64 // so far
	nextMishap uint64 // the first segment at which there is more to look at; 0 unless plain
	writes     uint64 // so far
	nextMark   uint64 // the first write, alike
	blocked    int32  // partitions that cut it
	clogs      int32  // that hold back what it carries
	delays     stream

	plain   bool       // between hosts, of any bandwidth, with an exponential latency, and nothing was ever planned
	planned *occasions // nil: nothing
	mishaps lookout    // among the segments
	marked  lookout    // among the writes

	late, losses, flips, splits, resets, refusals stream

	from    *Host
	dials   uint64 // so far
	idleAt  int64  // when the last byte has left, with limited bandwidth
	epoch   uint64 // raised by a heal, so that the ends of healed partitions count for nothing
	stalled []*pipe
	clogged []*segment // held back
}

// loopbackDelay is the latency from a host to itself, unless the profile has none.
const loopbackDelay = 10 * time.Microsecond

//go:norace
func (w *World) link(from, to *Host) *link {
	for len(from.links) <= to.number {
		from.links = append(from.links, nil)
	}
	l := from.links[to.number]
	if l == nil {
		place := mix(from.key, to.key)
		name := from.name + "->" + to.name
		l = &link{
			from: from, to: to, settings: w.linkSettings(from, to), planned: w.occasionsOf(from, to),
			delays: w.stream("delay", place, name), late: w.stream("late", place, name), losses: w.stream("loss", place, name),
			flips: w.stream("flip", place, name), splits: w.stream("split", place, name), resets: w.stream("reset", place, name),
			refusals: w.stream("refuse", place, name),
		}
		set := l.settings
		l.plain = !set.loopback && l.planned == nil && set.bandwidth <= 0 && set.latency.Max <= set.latency.Min && set.latency.Mean > 0
		from.links[to.number] = l
	}
	return l
}

// arrival draws when a segment sent now arrives, extra later than usual.
//
//go:norace
//go:nosplit
func (l *link) arrival(w *World, p *pipe, s *segment, extra time.Duration) int64 {
	n := l.segments + 1
	if n >= l.nextMishap || !w.seedOnly {
		return l.arrivalOf(w, p, s, extra)
	}
	l.segments = n
	s.late = extra > 0
	latency := &l.settings.latency
	return w.at(extra + latency.Min + exponentialOf(latency.Mean, scramble(w.seed^l.delays.key+n*golden)/(1<<64/exponentials)))
}

// arrivalOf is arrival where there is more to look at.
//
//go:norace
func (l *link) arrivalOf(w *World, p *pipe, s *segment, extra time.Duration) int64 {
	set := l.settings
	if set.loopback {
		return w.at(min(set.latency.Min, loopbackDelay))
	}
	l.segments++
	if l.segments >= l.mishaps.next && l.strikesSegment(w) {
		extra += l.mishap(w, p, s)
	}
	if l.planned != nil && l.planned.segments != nil {
		extra += l.plannedMishap(w, p, s)
	}
	if l.plain { // each segment draws once
		l.delays.n = l.segments - 1
	}
	s.late = extra > 0
	d := extra + set.latency.Min
	if set.latency.Max > set.latency.Min {
		d += time.Duration(w.between(&l.delays, 0, int64(set.latency.Max-set.latency.Min)))
	} else {
		d += w.exponential(&l.delays, set.latency.Mean)
	}
	if set.bandwidth > 0 {
		l.idleAt = max(l.idleAt, w.now) + int64(len(s.data))*int64(time.Second)/set.bandwidth
		d += time.Duration(l.idleAt - w.now)
	}
	return w.at(d)
}

// strikesSegment reports whether something may befall the segment.
//
//go:norace
func (l *link) strikesSegment(w *World) bool {
	n, set := l.segments, l.settings
	if n >= l.mishaps.until {
		l.mishaps.learn(n, w.foresee(&l.late, n, set.tailPPM)|w.foresee(&l.losses, n, set.lossPPM)|w.foresee(&l.flips, n, set.flipPPM))
	}
	strikes := l.mishaps.strikes(n)
	if l.plain {
		l.nextMishap = l.mishaps.next
	}
	return strikes && w.strikesNow()
}

// mishap draws what befalls a segment: how much later it arrives, and whether a bit of it is wrong.
//
//go:norace
func (l *link) mishap(w *World, p *pipe, s *segment) time.Duration {
	var d time.Duration
	set := l.settings
	if w.strikesAt(&l.late, l.segments, set.tailPPM) {
		by := time.Duration(w.between(&l.late, int64(set.tailMax)/100, int64(set.tailMax)))
		l.strikeSegment(w, fault.Delay, p, by)
		d += by
	}
	if by := l.resent(w); by > 0 {
		l.strikeSegment(w, fault.Loss, p, by)
		d += by
	}
	if len(s.data) > 0 && w.strikesAt(&l.flips, l.segments, set.flipPPM) {
		l.flip(w, p, s, w.choose(&l.flips, uint64(len(s.data))*8))
	}
	return d
}

// maxResends is how often a segment is sent again at most.
const maxResends = 15

// resent draws for how long a segment is sent again in vain.
//
//go:norace
func (l *link) resent(w *World) time.Duration {
	if !w.strikesAt(&l.losses, l.segments, l.settings.lossPPM) {
		return 0
	}
	d, wait := retryFirst, 2*retryFirst
	for range maxResends - 1 {
		if !w.strikes(&l.losses, l.settings.lossPPM) {
			break
		}
		d += wait
		wait = min(2*wait, retryMost)
	}
	return d
}

//go:norace
func (l *link) strikeSegment(w *World, kind fault.Kind, p *pipe, by time.Duration) {
	w.strike(kind, l.to, p, "")
	w.struckOccasion(l, occurrence{kind: plan.KindSegment, nth: l.segments}, plan.Effect{What: plan.EffectDelay, Span: plan.Exactly(by)})
}

// flip makes one bit of a segment wrong.
//
//go:norace
func (l *link) flip(w *World, p *pipe, s *segment, bit uint64) {
	s.data[bit/8] ^= 1 << (bit % 8)
	s.kind = segData // its hash is another now
	w.strike(fault.Flip, l.to, p, "")
	w.struckOccasion(l, occurrence{kind: plan.KindSegment, nth: l.segments}, plan.Effect{What: plan.EffectFlip, At: []int{int(bit) + 1}})
}

// plannedMishap does what the plan says of this segment, and returns how much later that makes it.
//
//go:norace
func (l *link) plannedMishap(w *World, p *pipe, s *segment) time.Duration {
	var d time.Duration
	for _, e := range l.planned.segments.at(l.segments) {
		if e.What == plan.EffectFlip {
			if len(s.data) > 0 {
				l.flip(w, p, s, uint64(e.At[0]-1)%uint64(len(s.data)*8))
			}
			continue
		}
		l.late.n = l.segments*tape.PerOccasion + tape.PerOccasion/2
		by := w.span(&l.late, e.Span)
		l.strikeSegment(w, fault.Delay, p, by)
		d += by
	}
	return d
}
