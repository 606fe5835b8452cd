// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"runtime/debug"
	"time"

	"github.com/twinwire/twinwire/api"
)

// A task is a function that runs on a host. What it is called in traces and what its priorities are drawn from is the
// path of spawns that led to it, so that it is the same in every run of a seed, whatever other hosts do.
type task struct {
	// What every step looks at stands together.
	host       *Host
	coro       *coro  // from its first step on, but while it rests
	passed     uint64 // scheduling points
	look       uint64 // the next of them to be looked at even when nobody else is ready; 0: each, for a strategy that is watchful
	picks      stream // a priority for each time it becomes ready; its key, of host and path, is the task's
	on         any    // what it waits for, or waited for last, if that says more
	since      int64
	waiting    waitKind
	ready      bool // or its host has crashed: it never becomes ready again
	ranked     bool // it has its priority of this time
	hold       bool // it is to be held at the point due
	returned   bool
	rests      bool            // once it has returned, it is to be called again
	locks      int32           // that it holds, but for those
	stackLocks int32           // of the shared stack
	born       edge            // taken by its first step
	resting    api.RestingTask // what it does, if it may rest
	waits      *waiter         // the one in which it waits with the context of the run
	points     stream          // its scheduling points

	inc      *incarnation
	f        func() // what it does else
	armed    *edge  // of the timer it comes from, nil without one; taken as born is
	due      uint64 // the point at which a hold comes, or is drawn
	holds    stream // blocks of scheduling points
	name     string
	path     uint64
	priority uint64 // while it keeps one: PCT
	intends  any    // what it is about to use: POS
	spawns   uint32
	pos      int32    // in inc.tasks
	borrowed []*mutex // locks of other hosts it holds
	held     timer
	sleeper  *sleeper // nil before the first
	end      func()
	origin   origin
	spin     spin
	_        [4]uint64 // so that each begins where a line of the cache does
}

// spawn makes a task of the incarnation and makes it ready.
//
//go:norace
func (w *World) spawn(inc *incarnation, path uint64, name string, f func()) *task {
	t := w.takeTask()
	t.host, t.inc, t.name, t.f, t.path = inc.host, inc, name, f, path
	key := mix(inc.host.key, path)
	t.picks.key, t.points.key, t.holds.key = key, mix(key, 1), mix(key, 2)
	if w.recorder != nil {
		w.recorder.known.at(t.picks.key).name = t.streamName("pick")
		w.recorder.known.at(t.points.key).name = t.streamName("point")
		w.recorder.known.at(t.holds.key).name = t.streamName("hold")
	}
	t.waiting, t.since, t.ready = waitTurn, w.now, inc.dead
	t.pos = int32(len(inc.tasks))
	inc.tasks = append(inc.tasks, t)
	if w.cur != nil {
		t.born.release()
	}
	w.makeReady(t)
	return t
}

// takeTask returns a zero task.
//
//go:norace
func (w *World) takeTask() *task {
	n := len(w.retired)
	if n == 0 {
		return &task{}
	}
	t := w.retired[n-1]
	w.retired = w.retired[:n-1]
	*t = task{}
	return t
}

// childPath names the next thing the task spawns.
//
//go:norace
func (t *task) childPath() uint64 {
	t.spawns++
	return mix(t.path, uint64(t.spawns))
}

// leave is deferred around a coroutine's task: it runs when the task returned, panicked or called runtime.Goexit.
//
//go:norace
func (w *World) leave(c *coro) {
	t := c.task
	if t == nil {
		return
	}
	w.all.release()
	if t.returned {
		w.retire(t)
		return
	}
	r := recover()
	if t.inc.dead || w.stage.Load() != stageRunning {
		return
	}
	if r != nil {
		w.panicked(t, r)
		return
	}
	w.end(Failed, &ExitError{Host: t.host.name, Task: t.name, At: time.Duration(w.now), Stack: string(debug.Stack())})
	w.exited = true
	t.coro.giveWay() // for good: its end would come where the coroutine was started
}

// retire forgets a task that returned.
//
//go:norace
func (w *World) retire(t *task) {
	tasks := t.inc.tasks
	last := tasks[len(tasks)-1]
	tasks[t.pos] = last
	last.pos = t.pos
	w.noteUnseen()
	w.points += t.passed
	tasks[len(tasks)-1] = nil
	t.inc.tasks = tasks[:len(tasks)-1]
	if t.end != nil {
		t.end()
	}
	if reusesMemory && t.locks == 0 && t.stackLocks == 0 {
		t.f, t.resting, t.end = nil, nil, nil
		w.retired = append(w.retired, t) // nobody knows it any more, but w.last
	}
}

// wakeAll makes every task of the list ready and empties it.
//
//go:norace
func (w *World) wakeAll(list *[]*task) {
	all := *list
	if len(all) == 0 {
		return
	}
	*list = all[:0]
	for i, t := range all {
		all[i] = nil
		w.makeReady(t)
	}
}

// mayRest reports whether the task lets go of its coroutine when it rests.
//
//go:norace
func (t *task) mayRest() bool { return restsWithoutStack && t.resting != nil }

//go:norace
func (t *task) streamName(purpose string) streamName {
	return streamName{purpose: purpose, place: t.host.name, task: t.name, path: t.path}
}
