// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"iter"
	"runtime"
)

// A coro is a coroutine that runs one task after another. This file is all that knows how tasks are switched.
type coro struct {
	task   *task // the task it runs, nil when idle
	id     uint64
	buried bool // it ended with a task of a crashed host

	next  func() (struct{}, bool)
	stop  func()
	yield func(struct{}) bool
}

// resume runs the task until it parks or ends.
//
//go:norace
func (w *World) resume(t *task) {
	if t.coro == nil {
		t.coro = w.takeCoro()
		t.coro.task = t
	}
	w.touched()
	t.coro.next()
}

// suspend gives control back to the kernel until the task is resumed. When the run is over instead, it ends the task;
// when the host has crashed, it does so if that goes unseen.
//
//go:norace
func (t *task) suspend() {
	for {
		if !t.coro.yield(struct{}{}) || t.inc.dead && t.host.world.deferral.unseen() {
			runtime.Goexit()
		}
		if !t.inc.dead {
			return
		}
	}
}

//go:norace
func (w *World) takeCoro() *coro {
	if n := len(w.idle); n > 0 {
		c := w.idle[n-1]
		w.idle = w.idle[:n-1]
		return c
	}
	c := &coro{}
	c.next, c.stop = iter.Pull(func(yield func(struct{}) bool) {
		c.yield = yield
		if w.cfg.Verify {
			c.id = goroutineID()
		}
		for {
			c.turn(w)
			c.task = nil
			w.idle = append(w.idle, c)
			if !yield(struct{}{}) {
				return
			}
		}
	})
	w.coros = append(w.coros, c)
	return c
}

// turn runs one task. It is not inlined, so that a stack dump shows which world and
// coroutine it belongs to.
//
//go:noinline
//go:norace
func (c *coro) turn(w *World) {
	t := c.task
	defer w.leave(t)
	t.f()
	t.returned = true
	runtime.KeepAlive(w)
	runtime.KeepAlive(c)
}
