// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"slices"
	"strconv"
	"time"

	"github.com/twinwire/twinwire/internal/plan"
)

// A recurrence is a fault that strikes again and again. Each time has a stream of its own, so that taking one away does
// not change the next.
type recurrence struct {
	name  string
	every plan.Span
	tires bool                                // the k-th wait is longer by k halves of what it would be
	draw  func(s *stream) (plan.Action, bool) // what strikes, if anything can
}

// startFaults arranges what the profile and the plan say will strike.
//
//go:norace
func (w *World) startFaults() {
	for _, r := range w.recurrences() {
		if r.every != (plan.Span{}) {
			w.recur(r, 0)
		}
	}
	p := w.cfg.Plan
	if u := w.cfg.Faults.Until; u > 0 && (p == nil || p.Heal == nil) {
		w.faultAt(int64(u), func() { w.healCore(plan.All) })
	}
	if p == nil {
		return
	}
	for i, t := range p.Timed {
		if t.Every != nil {
			w.recur(recurrence{name: "plan-" + strconv.Itoa(i), every: *t.Every, draw: func(*stream) (plan.Action, bool) { return t.Do, true }}, 0)
			continue
		}
		s := w.stream("plan", uint64(i), strconv.Itoa(i))
		w.faultAt(int64(t.At), func() { w.strikeAction(t.Do, &s) })
	}
	if p.Heal != nil {
		w.faultAt(int64(p.Heal.At), func() { w.healCore(p.Heal.Core) })
	}
}

// recurrences are those of the profile.
//
//go:norace
func (w *World) recurrences() []recurrence {
	f := &w.cfg.Faults
	mean := func(d time.Duration) plan.Span { return plan.Span{Mean: max(d, 0)} }
	return []recurrence{
		{name: "partition", every: mean(f.PartitionEvery), draw: w.drawPartition},
		{name: "crash", every: mean(f.CrashEvery), tires: f.CrashTires, draw: w.drawCrash},
		{name: "clog", every: mean(f.ClogEvery), draw: w.drawClog},
		{name: "pause", every: mean(f.PauseEvery), draw: w.drawPause},
		{name: "jump", every: mean(f.JumpEvery), draw: w.drawJump},
		{name: "disk-full", every: mean(f.DiskFull), draw: w.drawDiskFull},
	}
}

// mostly is what a draw whether a recurrence strikes is out of: it does, unless 0 comes out.
const mostly = 64

// recur arranges the kth time, and the ones after it.
//
//go:norace
func (w *World) recur(r recurrence, k uint64) {
	s := w.stream(r.name, k, strconv.FormatUint(k, 10))
	wait := w.span(&s, r.every)
	if r.tires {
		wait += wait / 2 * time.Duration(k)
	}
	at := w.now + int64(wait) + 1
	if u := w.cfg.Faults.Until; u > 0 && at >= int64(u) {
		return
	}
	w.faultAt(at, func() {
		if !w.strikesNow() {
			return
		}
		if w.choose(&s, mostly) != 0 {
			if a, ok := r.draw(&s); ok {
				w.strikeAction(a, &s)
			}
		}
		w.recur(r, k+1)
	})
}

// faultAt calls f at an instant, before anything else that happens then.
//
//go:norace
func (w *World) faultAt(at int64, f func()) {
	w.faultSeq++
	t := &timer{who: fireFunc(func(*World) { f() })}
	w.timers.push(timerEntry{at: min(max(at, w.now), farAway), seq: w.faultSeq, t: t})
}

// faultAfter calls f once a fault has lasted for its span.
//
//go:norace
func (w *World) faultAfter(span time.Duration, f func()) { w.faultAt(w.now+int64(span), f) }

// drawSpan draws how long a fault of the profile lasts, which is never beyond the end of the faults.
//
//go:norace
func (w *World) drawSpan(s *stream, span plan.Span) *plan.Span {
	d := w.span(s, span)
	if u := w.cfg.Faults.Until; u > 0 {
		d = min(d, u-time.Duration(w.now))
	}
	exact := plan.Exactly(max(d, 1))
	return &exact
}

// drawPartition cuts a drawn pair of hosts, or one host from all others, in one or both directions, for a drawn time.
//
//go:norace
func (w *World) drawPartition(s *stream) (plan.Action, bool) {
	n := uint64(len(w.order))
	if n < 2 {
		return plan.Action{}, false
	}
	f := &w.cfg.Faults
	i := w.choose(s, n)
	a, b := plan.Pattern(w.order[i].name), plan.Pattern(w.order[(i+1+w.choose(s, n-1))%n].name)
	act := plan.Action{Verb: plan.Partition, From: a, To: b}
	if n > 2 && w.choose(s, 2) == 1 {
		act = plan.Action{Verb: plan.Isolate, From: a}
	}
	if w.strikes(s, f.OneWayPPM) {
		if act.Verb == plan.Isolate {
			act = plan.Action{Verb: plan.Partition, From: a, To: "*"}
		}
		act.OneWay = true
		if w.choose(s, 2) == 1 {
			act.From, act.To = act.To, act.From
		}
	}
	act.For = w.drawSpan(s, plan.Span{Min: f.PartitionMin, Max: f.PartitionMax})
	return act, true
}

// drawHost draws a host that is up, boots something and is not among those to be spared.
//
//go:norace
func (w *World) drawHost(s *stream, spared []string) (*Host, bool) {
	var may []*Host
	for _, h := range w.order {
		if h.Up() && len(h.boots) > 0 && !slices.Contains(spared, h.name) {
			may = append(may, h)
		}
	}
	if len(may) == 0 {
		return nil, false
	}
	return may[w.choose(s, uint64(len(may)))], true
}

// drawCrash crashes a drawn host, unless too many are down, and restarts it a drawn time later.
//
//go:norace
func (w *World) drawCrash(s *stream) (plan.Action, bool) {
	f := &w.cfg.Faults
	h, ok := w.drawHost(s, f.SafeHosts)
	if !ok || f.DownPPM > 0 && !w.mayCrash() {
		return plan.Action{}, false
	}
	return plan.Action{Verb: plan.Crash, From: plan.Pattern(h.name), For: w.drawSpan(s, plan.Span{Min: f.DownMin, Max: f.DownMax})}, true
}

// mayCrash reports whether the profile allows one more host to be down.
//
//go:norace
func (w *World) mayCrash() bool {
	down, all := 0, 0
	for _, h := range w.order {
		if len(h.boots) == 0 {
			continue
		}
		all++
		if !h.Up() {
			down++
		}
	}
	return down < max(1, all*int(w.cfg.Faults.DownPPM)/million)
}

//go:norace
func (w *World) drawClog(s *stream) (plan.Action, bool) {
	n := uint64(len(w.order))
	if n < 2 {
		return plan.Action{}, false
	}
	i := w.choose(s, n)
	from, to := w.order[i], w.order[(i+1+w.choose(s, n-1))%n]
	return plan.Action{
		Verb: plan.Clog, From: plan.Pattern(from.name), To: plan.Pattern(to.name),
		For: w.drawSpan(s, plan.Span{Mean: w.cfg.Faults.ClogMean}),
	}, true
}

//go:norace
func (w *World) drawPause(s *stream) (plan.Action, bool) {
	f := &w.cfg.Faults
	h, ok := w.drawHost(s, nil)
	if !ok {
		return plan.Action{}, false
	}
	return plan.Action{Verb: plan.Pause, From: plan.Pattern(h.name), For: w.drawSpan(s, plan.Span{Min: f.PauseMin, Max: f.PauseMax})}, true
}

//go:norace
func (w *World) drawJump(s *stream) (plan.Action, bool) {
	h, ok := w.drawHost(s, nil)
	if !ok {
		return plan.Action{}, false
	}
	by := w.between(s, 1, int64(w.cfg.Faults.JumpMax))
	if w.choose(s, 2) == 1 {
		by = -by
	}
	return plan.Action{Verb: plan.Jump, From: plan.Pattern(h.name), By: time.Duration(by)}, true
}

//go:norace
func (w *World) drawDiskFull(s *stream) (plan.Action, bool) {
	h, ok := w.drawHost(s, w.cfg.Faults.SafeHosts)
	if !ok {
		return plan.Action{}, false
	}
	return plan.Action{Verb: plan.DiskFull, From: plan.Pattern(h.name), For: w.drawSpan(s, plan.Span{Mean: w.cfg.Faults.DiskFullMean})}, true
}
