// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"cmp"
	"slices"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
	"github.com/twinwire/twinwire/internal/tape"
)

// A mark is a place in a write at which something happens.
type mark struct {
	at   int // before this byte
	kind markKind
	by   time.Duration // of markDelay
}

type markKind uint8

const (
	markSplit markKind = iota + 1 // a segment ends
	markDelay                     // what follows is late
	markCut                       // the connection is cut
)

// fate draws and looks up what happens to a write of b. The marks are in order, and valid until the next write.
//
//go:norace
func (c *conn) fate(b []byte) []mark {
	w, l := c.host.world, c.out.link
	if l.settings.loopback || len(b) == 0 {
		return nil
	}
	l.writes++
	c.marks = c.marks[:0]
	if l.writes >= l.marked.next && l.strikesWrite(w) {
		c.drawMarks(len(b))
	}
	c.writes++
	if l.planned.planned() {
		c.plannedMarks(b)
	}
	if len(c.marks) > 1 {
		slices.SortStableFunc(c.marks, func(a, b mark) int { return cmp.Compare(a.at, b.at) })
	}
	return c.marks
}

// plannedMarks puts down the marks of what the plan says.
//
//go:norace
func (c *conn) plannedMarks(b []byte) {
	l := c.out.link
	l.resets.n, l.splits.n = l.writes*tape.PerOccasion+tape.PerOccasion/2, l.writes*tape.PerOccasion+tape.PerOccasion/2
	for _, e := range l.planned.writes.at(l.writes) {
		c.effectMarks(c.thisWrite(), e, 0, len(b))
	}
	own := l.planned.onConnection(c.number)
	if own != nil {
		for _, e := range own.writes.at(c.writes) {
			c.effectMarks(c.thisWrite(), e, 0, len(b))
		}
	}
	if l.planned.messages != nil || own != nil && own.messages != nil {
		c.messageMarks(own, b)
	}
}

// thisWrite is the write that is under way.
//
//go:norace
func (c *conn) thisWrite() occurrence {
	return occurrence{kind: plan.KindWrite, nth: c.out.link.writes}
}

// strikesWrite reports whether something may befall the write.
//
//go:norace
func (l *link) strikesWrite(w *World) bool {
	n, set := l.writes, l.settings
	if n >= l.marked.until {
		l.marked.learn(n, w.foresee(&l.resets, n, set.resetPPM)|w.foresee(&l.splits, n, set.splitPPM))
	}
	strikes := l.marked.strikes(n)
	if l.plain {
		l.nextMark = l.marked.next
	}
	return strikes && w.strikesNow()
}

// drawMarks draws the faults of the profile.
//
//go:norace
func (c *conn) drawMarks(n int) {
	w, l := c.host.world, c.out.link
	if w.strikesAt(&l.resets, l.writes, l.settings.resetPPM) {
		c.effectMarks(c.thisWrite(), plan.Effect{What: plan.EffectCut, Where: plan.Inside}, 0, n)
	}
	if n > 1 && w.strikesAt(&l.splits, l.writes, l.settings.splitPPM) {
		c.effectMarks(c.thisWrite(), plan.Effect{What: plan.EffectSplit}, 0, n)
	}
}

// effectMarks puts down the marks of an effect on an occurrence, the bytes from start to end of the write, and keeps it for the plan of the run.
//
//go:norace
func (c *conn) effectMarks(o occurrence, e plan.Effect, start, end int) {
	w, l := c.host.world, c.out.link
	switch e.What {
	case plan.EffectDelay:
		by := w.span(&l.resets, e.Span)
		w.strike(fault.Delay, c.host, c.out, "")
		c.addMark(mark{at: start, kind: markDelay, by: by})
		e.Span = plan.Exactly(by)
	case plan.EffectCut:
		e = c.cutMark(e, start, end)
	case plan.EffectSplit:
		w.strike(fault.Split, c.host, c.out, "")
		if len(e.At) == 0 {
			e.At = c.drawSplits(end - start)
		}
		for _, at := range e.At {
			c.addMark(mark{at: start + at, kind: markSplit})
		}
	}
	if o.kind != plan.KindWrite {
		e.At = nil // it is drawn again
	}
	w.struckOccasion(l, o, e)
}

// drawSplits draws one to three places inside n bytes.
//
//go:norace
func (c *conn) drawSplits(n int) []int {
	w, l := c.host.world, c.out.link
	var all []int
	for range 1 + w.choose(&l.splits, 3) {
		at := 1 + int(w.choose(&l.splits, uint64(n-1)))
		if !slices.Contains(all, at) {
			all = append(all, at)
		}
	}
	slices.Sort(all)
	return all
}

// cutMark returns the effect with the place of the cut settled.
//
//go:norace
func (c *conn) cutMark(e plan.Effect, start, end int) plan.Effect {
	w, l := c.host.world, c.out.link
	at := start
	switch e.Where {
	case plan.Inside:
		switch {
		case len(e.At) > 0:
			at += min(e.At[0], end-start)
		case end-start > 1:
			at += 1 + int(w.choose(&l.resets, uint64(end-start-1)))
		}
		e.At = []int{at - start}
		if at == start && end > start {
			e.Where, e.At = plan.Before, nil
		}
	case plan.After:
		at = end
	}
	c.addMark(mark{at: at, kind: markCut})
	return e
}

//go:norace
func (c *conn) addMark(m mark) { c.marks = append(c.marks, m) }
