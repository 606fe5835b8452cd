// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"runtime/debug"
	"time"
)

// loop runs the world until its outcome is known.
//
//go:norace
func (w *World) loop() {
	for !w.over() {
		if t := w.next(); t != nil {
			w.resume(t)
		} else if !w.over() {
			w.advance()
		}
	}
}

//go:norace
func (w *World) over() bool { return w.outcome.verdict != 0 || w.abandoned.Load() }

// next picks the task that goes on. All that arrives at an instant is applied before, so that the pick has something to
// choose from. It returns nil when the run is over, or when none can go on and there is something to do for the kernel,
// because it runs code of the test or ends coroutines.
//
//go:norace
//go:nosplit
func (w *World) next() *task {
	for {
		if w.outcome.verdict != 0 { // over, in two steps, which are half the instructions
			break
		}
		if w.abandoned.Load() {
			break
		}
		if w.events.at <= w.now || w.timers.at <= w.now {
			w.drain()
		}
		t := w.lone.t
		if t != nil { // as most often
			w.lone.t = nil
		} else if w.ready.len() > 0 {
			t = w.pick()
		} else if w.attended {
			break
		} else {
			w.goToNext()
			continue
		}
		h := t.host
		if h.paused > 0 {
			h.keepBack(t)
			continue
		}
		t.ready = false
		h.ready--
		w.steps++
		if w.steps >= w.landmark {
			if !w.goFurther() {
				break
			}
		}
		w.hash(hashSwitch, t.picks.key, t.picks.n)
		w.cur, w.last = t, t
		w.foreseePoints(t)
		return t
	}
	w.cur = nil
	return nil
}

// drain applies every event of this instant.
//
//go:norace
func (w *World) drain() {
	w.cur = nil
	for {
		switch {
		case w.events.at <= w.now && (w.timers.at > w.now || !w.timerFirst()):
			w.applied++
			s := w.events.take(w.now)
			if p := s.pipe; s.kind == segData && !p.marred && p.link.clogs|p.link.blocked == 0 { // nearly always
				p.arriveData(w, s, hashBytes(s.data))
			} else {
				s.arrive(w)
			}
		case w.timers.at <= w.now:
			t := w.timers.pop()
			w.applied++
			t.who.fire(w)
		default:
			return
		}
	}
}

// timerFirst reports whether the earliest timer comes before the earliest arrival, when both are due.
//
//go:norace
func (w *World) timerFirst() bool {
	return w.timers.entries[0].seq < w.events.due(w.now).seq
}

// pick takes the task to run next, of those that became ready beside others.
//
//go:norace
func (w *World) pick() (t *task) {
	if w.ready.len() == 1 {
		t = w.ready.pop()
	} else {
		t = w.scheduler.pick()
		w.choices++
	}
	t.ranked = false
	return t
}

// goFurther gives a sign of life at a landmark and sets the next, or ends the run after too many steps.
//
//go:norace
func (w *World) goFurther() bool {
	if w.steps > w.cfg.MaxSteps {
		w.end(Hung, fmt.Errorf("hung: %d task switches without an end (Config.MaxSteps)", w.cfg.MaxSteps))
		return false
	}
	w.beat.Store(w.steps)
	w.landmark = min(w.steps+beatEvery, w.cfg.MaxSteps+1)
	return true
}

// beatEvery is how many steps there are between two signs of life for the watchdog, which looks closer when it misses
// them.
const beatEvery = 256

// advance moves time to the next event, when no task can run.
//
//go:norace
func (w *World) advance() {
	if w.main != nil {
		f := w.main
		w.main = nil
		w.attend()
		f()
		return
	}
	if !w.check() {
		return
	}
	if len(w.fallen) > 0 {
		w.bury()
		w.attend()
	}
	w.goToNext()
}

// goToNext moves time to the next event, if there is one within the time there is.
//
//go:norace
func (w *World) goToNext() {
	next := min(w.events.at, w.timers.at)
	if next > w.latest {
		w.standStill(next)
		return
	}
	w.now = next
}

// attend settles whether the kernel has something to do before time moves on.
//
//go:norace
func (w *World) attend() { w.attended = w.main != nil || w.cfg.Check != nil || len(w.fallen) > 0 }

// standStill ends the run when time cannot go on, unless a task is ready after all.
//
//go:norace
func (w *World) standStill(next int64) {
	switch {
	case next == farAway && w.pollAll():
		// a goroutine of the machine ended a context
	case next == farAway:
		w.end(Hung, fmt.Errorf("hung at %v: nothing can happen any more", time.Duration(w.now)))
	default:
		w.end(Hung, fmt.Errorf("hung: no end within %v of virtual time (Config.MaxTime)", w.cfg.MaxTime))
	}
}

// check calls the invariant.
//
//go:norace
func (w *World) check() bool { return w.holds("Config.Check", w.cfg.Check) }

// holds calls a function of the configuration, and ends the run when it returns an error.
//
//go:norace
func (w *World) holds(name string, check func() error) bool {
	if check == nil {
		return true
	}
	w.checking = true
	ok := false
	w.apart(func() { ok = w.call(name, check) })
	w.checking = false
	return ok
}

//go:norace
func (w *World) call(name string, check func() error) bool {
	defer w.checked.release()
	returned := false
	defer w.leaveCheck(name, &returned)
	err := check()
	returned = true
	if err != nil {
		w.end(Failed, fmt.Errorf("at %v: %w", time.Duration(w.now), err))
	}
	return err == nil
}

// leaveCheck ends the run when a check has not returned.
//
//go:norace
func (w *World) leaveCheck(name string, returned *bool) {
	if *returned {
		return
	}
	at, stack := time.Duration(w.now), string(debug.Stack())
	if r := recover(); r != nil {
		w.end(Panicked, &PanicError{Task: name, At: at, Value: r, Stack: stack})
		return
	}
	w.end(Failed, &ExitError{Task: name, At: at, Stack: stack})
}
