// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"slices"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/plan"
)

// A schedule is the faults of a plan that strike at times, drawn as time reaches them.
type schedule struct {
	dice *dice

	mu    api.Mutex
	items []*scheduled
	dials uint64
	plan  ProxyPlan
}

type scheduled struct {
	fault      plannedFault
	begin, end time.Time // of the current one or the next
	counted    bool
	over       bool // there is no next
}

func newSchedule(d *dice, p ProxyPlan) *schedule {
	s := &schedule{dice: d, mu: d.rt.NewMutex(), plan: p}
	for _, f := range p.timed {
		item := &scheduled{fault: f, end: d.start}
		s.items = append(s.items, item)
		s.drawLocked(item)
	}
	return s
}

// drawLocked draws when the item strikes next. All have ended when the time of faults is over.
func (s *schedule) drawLocked(i *scheduled) {
	t := i.fault.Timed
	if t.Every != nil {
		i.begin = i.end.Add(max(leastCalm, s.dice.spanOf(*t.Every)))
	} else {
		i.begin = s.dice.start.Add(t.At)
	}
	i.end, i.counted = i.begin, false
	if t.Do.For != nil {
		i.end = i.begin.Add(s.dice.spanOf(*t.Do.For))
	}
	if last := s.dice.start.Add(s.dice.profile.Until); s.dice.profile.Until > 0 && i.end.After(last) {
		i.end = last
	}
}

// until returns when the last fault of these verbs that strikes now is over, now when none does. It counts a fault of
// that kind the first time that somebody runs into it; an empty kind is counted by the caller.
func (s *schedule) until(now time.Time, way direction, kind Kind, verbs ...plan.Verb) time.Time {
	if s == nil {
		return now
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	end := now
	for _, i := range s.items {
		if !slices.Contains(verbs, i.fault.Do.Verb) || i.fault.way != 0 && way != 0 && i.fault.way != way {
			continue
		}
		for !i.over && !now.Before(i.end) {
			if i.over = i.fault.Every == nil || s.dice.ended(i.end); !i.over {
				s.drawLocked(i)
			}
		}
		if i.over || now.Before(i.begin) {
			continue
		}
		if !i.counted && kind != "" {
			i.counted = true
			s.dice.fired(kind)
		}
		if i.end.After(end) {
			end = i.end
		}
	}
	return end
}

// heals returns when bytes that want to go that way may pass.
func (s *schedule) heals(now time.Time, way direction) time.Time {
	cut := s.until(now, way, Partition, plan.Partition, plan.Isolate)
	if clogged := s.until(now, way, Clog, plan.Clog); clogged.After(cut) {
		return clogged
	}
	return cut
}

// dial says what strikes the next connection: whether it is refused, and when it may be made.
func (s *schedule) dial(now time.Time) (refused bool, at time.Time) {
	if s == nil {
		return false, now
	}
	if s.until(now, 0, "", plan.Refuse).After(now) {
		return true, now
	}
	at = s.until(now, 0, Stall, plan.Stall)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.dials++
	for _, o := range s.plan.dials {
		switch {
		case s.dials < o.First || s.dials > o.Last:
		case o.Do.What == plan.EffectRefuse:
			refused = true
		case o.Do.What == plan.EffectDelay:
			at = at.Add(s.dice.spanOf(o.Do.Span))
		}
	}
	return refused, at
}

// resets calls cut whenever the plan resets the connections.
func (s *schedule) resets(cut func()) {
	if s == nil {
		return
	}
	for _, i := range s.items {
		if i.fault.Do.Verb == plan.Reset {
			s.resetAt(i, cut)
		}
	}
}

func (s *schedule) resetAt(i *scheduled, cut func()) {
	rt := s.dice.rt
	rt.AfterFunc(i.begin.Sub(rt.Now()), func() {
		if s.dice.ended(rt.Now()) {
			return
		}
		cut()
		if i.fault.Every != nil {
			s.drawLocked(i)
			s.resetAt(i, cut)
		}
	})
}
