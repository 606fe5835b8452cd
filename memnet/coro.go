// SPDX-License-Identifier: Apache-2.0

package memnet

import "runtime"

// A coro is a coroutine that runs one task after another. How control changes hands is the affair of its switcher, of
// which there is one for each kind of build.
//
// A task that parks gives control straight to the next one, and to the kernel only when that has something to do. To go
// by way of the kernel each time would cost a second switch. So each coroutine is also a place where one of them waits,
// or the kernel: whoever gives control to who waits at a place waits there in turn.
type coro struct {
	switcher
	world *World
	at    *coro // where it waits
	task  *task // the task it runs, nil when idle
	id    uint64
}

// resume runs the task, and those after it, until the kernel is called for.
//
//go:norace
func (w *World) resume(t *task) {
	w.waitsAt = w.coroOf(t).at
	w.waitsAt.swap()
}

// park suspends the running task until it is made ready. When the run is over instead, it ends the task; when the host
// has crashed, it does so if that goes unseen.
//
//go:norace
func (w *World) park(t *task, why waitKind, on any) {
	if to := w.suspend(t, why, on); to != nil {
		if to.turns() { // swap, without a frame of its own: see there
			to.goIn()
		} else {
			to.goOut()
		}
	}
	w.resumed(t)
}

// suspend begins park: it returns the place to give control to, if the task is not itself the next. Where many tasks
// park, what park does stands in place of a call of it, for the same reason as there.
//
//go:norace
func (w *World) suspend(t *task, why waitKind, on any) *coro {
	t.waiting, t.on, t.since = why, on, w.now
	w.all.release()
	return t.coro.successor()
}

// resumed ends park.
//
//go:norace
func (w *World) resumed(t *task) {
	if w.homing || w.burying || w.ending {
		t.resumedOtherwise()
	}
	w.checked.acquire()
}

// resumedOtherwise is resumed where the task is not to go on, or not yet.
//
//go:norace
func (t *task) resumedOtherwise() {
	w := t.host.world
	if w.homing {
		t.coro.stay()
	}
	if w.burying || w.ending {
		t.mayEnd()
	}
}

// mayEnd ends the task if it is to end.
//
//go:norace
func (t *task) mayEnd() {
	w := t.host.world
	for w.burying && !w.deferral.unseen() {
		t.coro.swap()
	}
	if w.burying || w.ending { // its deferred functions know all that was done
		w.all.acquire()
		runtime.Goexit()
	}
}

// giveWay lets the next task go on, or the kernel, and returns when it is the coroutine's turn.
//
//go:norace
func (c *coro) giveWay() {
	if to := c.successor(); to != nil {
		to.swap()
		if c.world.homing {
			c.stay()
		}
	}
}

// successor returns the place where waits who goes on, and has the coroutine wait there; nil if that is itself.
//
//go:norace
//go:nosplit
func (c *coro) successor() *coro {
	w := c.world
	to := w.waitsAt
	w.noteUnseen()
	if w.polled > 0 {
		w.pollAfter(w.last.host)
	}
	if t := w.next(); t != nil {
		next := w.coroOf(t)
		if next == c {
			return nil
		}
		to = next.at
	}
	c.at = to
	return to
}

// stay has the coroutine wait at its own place.
//
//go:norace
func (c *coro) stay() {
	for c.world.homing {
		c.at = c
		c.swap()
	}
}

// swap gives control to who waits at the place, and returns when somebody gives it back to who waits there then. The
// processor expects none of the returns behind a switch, so each frame below it costs some 20 ns.
//
//go:norace
func (c *coro) swap() {
	if c.turns() {
		c.goIn()
	} else {
		c.goOut()
	}
}

// goHome has every coroutine wait at its own place. The kernel calls it.
//
//go:norace
func (w *World) goHome() {
	w.homing = true
	for _, c := range w.coros {
		if c.at != c {
			w.waitsAt = c.at
			c.at.swap()
		}
	}
	w.homing = false
}

// coroOf returns the coroutine that runs the task.
//
//go:norace
func (w *World) coroOf(t *task) *coro {
	if t.coro == nil {
		t.coro = w.takeCoro()
		t.coro.task = t
	}
	return t.coro
}

//go:norace
//go:nosplit
func (w *World) takeCoro() *coro {
	if n := len(w.idle); n > 0 {
		c := w.idle[n-1]
		w.idle = w.idle[:n-1]
		return c
	}
	c := &coro{world: w}
	c.at = c
	c.make()
	w.coros = append(w.coros, c)
	return c
}

// rest makes the coroutine free for another task, and returns when it has one, or is to end.
//
//go:norace
func (c *coro) rest() {
	w := c.world
	c.task = nil
	w.noteUnseen()
	if w.polled > 0 {
		w.pollAfter(w.last.host)
	}
	t := w.next()
	if t != nil && t.coro == nil { // it is the first that is free
		t.coro, c.task = c, t
		return
	}
	w.idle = append(w.idle, c)
	c.at = w.waitsAt
	if t != nil {
		c.at = t.coro.at
	}
	c.at.swap()
	if w.homing {
		c.stay()
	}
}

// named remembers the goroutine, for the check of who calls the seam.
//
//go:norace
func (c *coro) named() {
	if c.world.cfg.Verify {
		c.id = goroutineID()
	}
}

// turn runs one task, and what follows it while it, and then that, rests. It is not inlined, so that a stack dump shows
// which world and coroutine it belongs to.
//
//go:noinline
//go:norace
func (c *coro) turn(w *World) {
	defer w.leave(c)
	for {
		t := c.task
		t.born.acquire()
		if hasEdges && t.armed != nil {
			t.armed.acquire()
		}
		w.checked.acquire()
		if t.resting != nil {
			t.resting.GoOn()
		} else {
			t.f()
		}
		if !t.rests {
			t.returned = true
			break
		}
		t.coro, t.rests = nil, false
		if c.rest(); c.task == nil { // it is to end
			break
		}
	}
	runtime.KeepAlive(w)
	runtime.KeepAlive(c)
}
