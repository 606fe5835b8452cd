// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"slices"
	"time"
)

// startFaults arranges the partitions and crashes of the profile.
func (w *World) startFaults() {
	if w.cfg.Faults.PartitionEvery > 0 {
		w.later(&w.partitions, w.cfg.Faults.PartitionEvery, w.drawPartition)
	}
	if w.cfg.Faults.CrashEvery > 0 {
		w.later(&w.crashes, w.cfg.Faults.CrashEvery, w.drawCrash)
	}
}

// later calls f again and again, at drawn times with that mean, until the faults end.
func (w *World) later(s *stream, mean time.Duration, f func()) {
	d := w.exponential(s, mean) + 1
	if u := w.cfg.Faults.Until; u > 0 && time.Duration(w.now)+d >= u {
		return
	}
	w.after(d, func(w *World) {
		if w.strikesNow() {
			f()
			w.later(s, mean, f)
		}
	})
}

// drawSpan draws how long a fault lasts, which is never beyond the end of the faults.
func (w *World) drawSpan(s *stream, low, high time.Duration) time.Duration {
	d := time.Duration(w.between(s, int64(low), int64(high)))
	if u := w.cfg.Faults.Until; u > 0 {
		d = min(d, u-time.Duration(w.now))
	}
	return max(d, 1)
}

// drawPartition cuts a drawn pair of hosts, or one host from all others, in one or both directions, for a drawn time.
func (w *World) drawPartition() {
	n := uint64(len(w.order))
	if n < 2 {
		return
	}
	f, s := &w.cfg.Faults, &w.partitions
	i := w.choose(s, n)
	a := w.order[i]
	var links []*link
	text := "isolate " + a.name
	if n > 2 && w.choose(s, 2) == 1 {
		links = w.around(a)
	} else {
		b := w.order[(i+1+w.choose(s, n-1))%n]
		links = []*link{w.link(a, b), w.link(b, a)}
		text = "partition " + a.name + " | " + b.name
	}
	if w.strikes(s, f.OneWayPPM) {
		links = w.oneWay(links, a, w.choose(s, 2) == 1)
		text += ", one way"
	}
	end := w.cut(text, links...)
	w.after(w.drawSpan(s, f.PartitionMin, f.PartitionMax), func(*World) { end() })
}

// oneWay keeps the links from a, or those to it.
func (w *World) oneWay(links []*link, a *Host, inward bool) []*link {
	return slices.DeleteFunc(links, func(l *link) bool { return (l.to == a) != inward })
}

// drawCrash crashes a drawn host that has something to boot, and restarts it a drawn time later.
func (w *World) drawCrash() {
	f, s := &w.cfg.Faults, &w.crashes
	var may []*Host
	for _, h := range w.order {
		if h.Up() && len(h.boots) > 0 && !slices.Contains(f.SafeHosts, h.name) {
			may = append(may, h)
		}
	}
	if len(may) == 0 {
		return
	}
	h := may[w.choose(s, uint64(len(may)))]
	w.owed++ // the run waits for the restart
	h.crash()
	life := h.lives
	w.after(w.drawSpan(s, f.DownMin, f.DownMax), func(w *World) {
		if h.lives == life {
			h.restart()
		}
		w.paid()
	})
}
