// SPDX-License-Identifier: Apache-2.0

package memnet

import "time"

// A timer does something at an instant, unless it is stopped before. It belongs to an incarnation, and ends with it;
// the world's own timers have none.
type timer struct {
	who firer
	inc *incarnation
	pos int // in the heap, from 1; 0: not pending
}

// A firer is what a timer or an arrival calls. It runs outside the tasks.
type firer interface{ fire(w *World) }

// fireFunc makes a firer of a function.
type fireFunc func(w *World)

//go:norace
func (f fireFunc) fire(w *World) { f(w) }

//go:norace
func (w *World) startTimer(t *timer, at int64) {
	w.stopTimer(t)
	w.seq++
	w.timers.push(timerEntry{at: at, seq: w.seq, t: t})
}

// stopTimer reports whether the timer was pending.
//
//go:norace
func (w *World) stopTimer(t *timer) bool {
	if t.pos == 0 {
		return false
	}
	w.timers.remove(t.pos - 1)
	return true
}

// after calls f once d has passed. It cannot be stopped.
//
//go:norace
func (w *World) after(d time.Duration, f func(w *World)) {
	w.startTimer(&timer{who: fireFunc(f)}, w.at(d))
}

// runtimeTimer is an AfterFunc of a runtime.
type runtimeTimer struct {
	timer
	host   *Host
	path   uint64
	runs   uint64
	f      func()
	since  int64 // when it was set
	origin origin
	armed  edge
}

//go:norace
func (t *runtimeTimer) fire(w *World) {
	t.runs++
	w.spawn(t.inc, mix(t.path, t.runs), "timer", t.f).armed = &t.armed
}

// Stop implements api.Timer.
//
//go:norace
func (t *runtimeTimer) Stop() bool {
	if t.host.enterLate("Timer.Stop") == nil {
		return false
	}
	return t.host.world.stopTimer(&t.timer)
}

// Reset implements api.Timer.
//
//go:norace
func (t *runtimeTimer) Reset(d time.Duration) bool {
	w := t.host.world
	by := t.host.enterLate("Timer.Reset")
	if by == nil {
		return false
	}
	if w.probes() {
		w.probe(by, "Timer.Reset", d.String(), uint64(d))
	}
	pending := w.stopTimer(&t.timer)
	t.arm(d, w.origin())
	return pending
}

//go:norace
func (t *runtimeTimer) arm(d time.Duration, o origin) {
	if t.inc.dead {
		return
	}
	w := t.host.world
	t.since, t.origin = w.now, o
	t.armed.release()
	if d <= 0 {
		t.fire(w)
		return
	}
	w.startTimer(&t.timer, w.at(t.host.clock.trueSpan(d)))
}
