// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"cmp"
	"slices"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
)

// strikeAction settles what an action leaves open and performs it. What strikes is kept for the plan of the run.
//
//go:norace
func (w *World) strikeAction(a plan.Action, s *stream) {
	if a.For != nil {
		d := plan.Exactly(w.span(s, *a.For))
		a.For = &d
	}
	if a.Pick == plan.Each {
		w.perform(a)
		return
	}
	may := w.matching(a.From)
	n := min(1, len(may))
	if a.Pick == plan.Half {
		n = max(n, len(may)/2)
	}
	a.Pick = plan.Each
	for range n {
		i := w.choose(s, uint64(len(may)))
		a.From = plan.Pattern(may[i].name)
		may = slices.Delete(may, int(i), int(i)+1)
		w.perform(a)
	}
}

// matching returns the hosts a pattern means, as they were made.
//
//go:norace
func (w *World) matching(p plan.Pattern) []*Host {
	var all []*Host
	for _, h := range w.order {
		if p.Matches(h.name) {
			all = append(all, h)
		}
	}
	return all
}

// perform does what an action says, now.
//
//go:norace
func (w *World) perform(a plan.Action) {
	if w.struck != nil {
		w.struck.Timed = append(w.struck.Timed, plan.Timed{At: time.Duration(w.now), Do: a})
	}
	switch a.Verb {
	case plan.Partition, plan.Isolate, plan.Ring:
		w.endAfter(a, w.cut(a.String(), w.cutLinks(a)...))
	case plan.Clog:
		for _, l := range w.between2(a.From, a.To, true) {
			w.endAfter(a, w.clog(l))
		}
	case plan.Reset:
		w.resetBetween(a)
	case plan.HalfOpen:
		for _, l := range w.between2(a.From, a.To, true) {
			w.vanish(l.from, l.to)
		}
	default:
		for _, h := range w.matching(a.From) {
			w.performAt(h, a)
		}
	}
}

// underWay counts faults of a kind that have not ended.
type underWay int

//go:norace
func (u *underWay) end() { *u-- }

// performAt does what an action says to one host.
//
//go:norace
func (w *World) performAt(h *Host, a plan.Action) {
	switch a.Verb {
	case plan.Crash:
		h.crashFor(a.For)
	case plan.Refuse:
		h.refusing++
		w.strike(fault.Refuse, h, nil, "")
		w.endAfter(a, h.unlessHealed(h.refusing.end))
	case plan.Stall:
		h.stalls++
		w.strike(fault.Stall, h, nil, "")
		w.endAfter(a, h.unlessHealed(h.unstall))
	case plan.Pause:
		if h.Up() {
			w.endAfter(a, h.pause())
		}
	case plan.Jump:
		h.jump(a.By)
	case plan.DiskFull:
		w.strike(fault.DiskFull, h, nil, "disk of "+h.name+" is full")
		h.files.disk.full++
		w.endAfter(a, h.unlessHealed(h.files.disk.full.end))
	case plan.DiskSlow:
		w.strike(fault.DiskSlow, h, nil, "disk of "+h.name+" is slow")
		h.files.disk.slow++
		w.endAfter(a, h.unlessHealed(h.files.disk.slow.end))
	case plan.LoseSync:
		h.files.disk.forgetful++
		w.endAfter(a, h.unlessHealed(h.files.disk.forgetful.end))
	}
}

// endAfter ends a fault that lasts.
//
//go:norace
func (w *World) endAfter(a plan.Action, end func()) {
	if a.For != nil {
		w.faultAfter(max(a.For.Min, 1), end)
	}
}

// between2 returns the links from hosts of one pattern to those of another, and with oneWay false those back.
//
//go:norace
func (w *World) between2(from, to plan.Pattern, oneWay bool) []*link {
	var all []*link
	add := func(l *link) {
		if !slices.Contains(all, l) {
			all = append(all, l)
		}
	}
	for _, a := range w.matching(from) {
		for _, b := range w.matching(to) {
			if a == b {
				continue
			}
			add(w.link(a, b))
			if !oneWay {
				add(w.link(b, a))
			}
		}
	}
	return all
}

// cutLinks returns the links that a kind of partition cuts.
//
//go:norace
func (w *World) cutLinks(a plan.Action) []*link {
	switch a.Verb {
	case plan.Partition:
		return w.between2(a.From, a.To, a.OneWay)
	case plan.Isolate:
		return w.between2(a.From, "*", false)
	}
	ring := slices.SortedFunc(slices.Values(w.order), func(a, b *Host) int { return cmp.Compare(a.name, b.name) })
	var all []*link
	for i, x := range ring {
		for j, y := range ring {
			if d := (j - i + len(ring)) % len(ring); d > 1 && d < len(ring)-1 {
				all = append(all, w.link(x, y))
			}
		}
	}
	return all
}

// clog holds back what a link carries, and returns what ends that.
//
//go:norace
func (w *World) clog(l *link) (end func()) {
	l.clogs++
	w.strike(fault.Clog, l.to, nil, "clog "+l.from.name+" -> "+l.to.name)
	epoch := l.epoch
	return func() {
		if l.epoch == epoch {
			l.unclog()
		}
	}
}

// unclog delivers what was held back, once nothing clogs the link.
//
//go:norace
func (l *link) unclog() {
	l.clogs--
	if l.clogs > 0 {
		return
	}
	held := l.clogged
	l.clogged = nil
	for _, s := range held {
		s.arrive(l.from.world)
	}
}

// resetBetween resets the connections between two hosts; one way, only those that the first one made.
//
//go:norace
func (w *World) resetBetween(a plan.Action) {
	for _, h := range w.matching(a.From) {
		for _, c := range slices.Clone(h.inc.conns) {
			if a.To.Matches(c.remote.host.name) && c.remote.host != h && c.open() && !(a.OneWay && c.accepted) {
				w.strike(fault.Reset, h, c.out, "")
				c.reset()
			}
		}
	}
}

// vanish breaks one end of the connections between two hosts without telling the other.
//
//go:norace
func (w *World) vanish(at, peer *Host) {
	for _, c := range slices.Clone(at.inc.conns) {
		if c.remote.host == peer && c.open() {
			c.vanish()
		}
	}
}

// unstall lets the connections be accepted that waited.
//
//go:norace
func (h *Host) unstall() {
	h.stalls--
	if h.stalls > 0 {
		return
	}
	waited := h.unaccepted
	h.unaccepted = nil
	for _, c := range waited {
		if l := h.inc.listeners.at(c.local.port); c.inc == h.inc && l != nil {
			l.offer(c)
		} else {
			c.reset()
		}
	}
}

// healCore ends every fault at the hosts of the core: all of them, or a drawn majority. What is broken of the others
// stays broken.
//
//go:norace
func (w *World) healCore(core plan.Core) {
	hosts := slices.Clone(w.order)
	if core == plan.Majority {
		s := w.stream("heal", 0, "")
		for len(hosts) > len(w.order)/2+1 {
			i := int(w.choose(&s, uint64(len(hosts))))
			hosts = slices.Delete(hosts, i, i+1)
		}
	}
	w.note(happening{kind: kindHeal, text: "core " + hostNames(hosts)})
	for _, a := range hosts {
		for _, b := range hosts {
			if a != b {
				w.heal(w.link(a, b))
			}
		}
		a.heal()
		if w.cfg.Plan != nil || a.returns {
			a.restart()
		}
	}
}
