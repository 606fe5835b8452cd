// SPDX-License-Identifier: Apache-2.0

//go:build race

package memnet

import (
	"runtime"
	"strings"
	"unsafe"
)

// A switcher changes who has control: here between goroutines that hand a token on where the race detector cannot see
// it. So what tasks do is ordered for it by edges alone, and it reports those that meet without. Every task has a
// goroutine of its own, as tasks that follow each other on one would be ordered; and all are started by the cradle, as
// who starts a goroutine comes before it.
type switcher struct {
	waits chan struct{} // who waits at this place; nil: the coroutine has not begun
	ended bool          // its goroutine
}

//go:norace
func (c *coro) make() {}

//go:norace
func (c *coro) turns() bool { return true }

// goIn gives control to who waits at the place, and returns when somebody gives it back to who waits there then.
//
//go:norace
func (c *coro) goIn() {
	mine, other := make(chan struct{}, 1), c.waits
	c.waits = mine
	if other != nil {
		give(other)
	} else {
		c.world.cradle.start(c.begin)
	}
	take(mine)
}

//go:norace
func (c *coro) goOut() {}

//go:norace
func (c *coro) begin() {
	l := &life{c}
	defer l.end()
	c.named()
	c.turn(c.world)
	l.coro = nil // it goes on elsewhere
	c.world.cradle.start(c.again)
}

// again is where the coroutine goes on after a task.
//
//go:norace
func (c *coro) again() {
	c.rest()
	if c.world.ending {
		c.last()
		return
	}
	c.begin()
}

// A life is that of a goroutine, for a task.
type life struct{ coro *coro } // nil once the task has returned

//go:norace
func (l *life) end() {
	if l.coro != nil {
		l.coro.last()
	}
}

// last ends the coroutine.
//
//go:norace
func (c *coro) last() {
	c.ended = true
	c.world.all.release()
	give(c.waits)
}

// end ends the coroutine, and returns when the deferred functions of its task have run.
//
//go:norace
func (c *coro) end() {
	if c.waits != nil && !c.ended {
		c.swap()
	}
}

// A cradle starts goroutines. What it starts knows only what was done before the run.
type cradle struct {
	asked chan struct{}
	first func()
}

//go:norace
func (c *cradle) start(f func()) {
	c.first = f
	give(c.asked)
}

//go:norace
func (c *cradle) run() {
	for {
		take(c.asked)
		if c.first == nil {
			return
		}
		go c.first()
	}
}

// open is called before the run, and close after.
//
//go:norace
func (c *cradle) open() {
	c.asked = make(chan struct{}, 1)
	go c.run()
}

//go:norace
func (c *cradle) close() { c.start(nil) }

// apart runs a function of the test that is no task, on a goroutine that knows everything the tasks did. The kernel
// does not get to know it, as the tasks it starts would too.
//
//go:norace
func (w *World) apart(f func()) {
	b := &bystander{world: w, f: f, done: make(chan struct{}), exited: true}
	go b.run(w)
	take(b.done)
	if b.exited {
		runtime.Goexit()
	}
}

// A bystander runs a function beside the tasks.
type bystander struct {
	world  *World
	f      func()
	done   chan struct{}
	exited bool // by runtime.Goexit
}

// run runs the function. It is not inlined, so that a stack dump shows which world it belongs to.
//
//go:noinline
//go:norace
func (b *bystander) run(w *World) {
	defer b.last()
	w.all.acquire()
	b.f()
	b.exited = false
	runtime.KeepAlive(w)
}

//go:norace
func (b *bystander) last() {
	b.world.all.release()
	give(b.done)
}

// An onlooker calls Config.Observe, on a goroutine of its own: what it is told does not order those who tell.
type onlooker struct {
	in, out chan struct{}
	seen    Sighting
	over    bool
}

//go:norace
func (l *onlooker) pass(o *observer, s Sighting) {
	if l.in == nil {
		l.in, l.out = make(chan struct{}), make(chan struct{})
		o.world.cradle.start(func() { l.look(o) })
	}
	l.seen = s
	handOver(l.in, l.out)
}

//go:norace
func (l *onlooker) look(o *observer) {
	for {
		take(l.in)
		if l.over {
			o.world.all.release()
			give(l.out)
			return
		}
		o.observe(l.seen)
		give(l.out)
	}
}

// close ends the goroutine.
//
//go:norace
func (l *onlooker) close(*World) {
	if l.in != nil {
		l.over = true
		handOver(l.in, l.out)
	}
}

// handOver gives the token away and waits until it comes back.
//
//go:norace
func handOver(out, back chan struct{}) {
	give(out)
	take(back)
}

//go:norace
func give(token chan struct{}) {
	runtime.RaceDisable()
	token <- struct{}{}
	runtime.RaceEnable()
}

//go:norace
func take(token chan struct{}) {
	runtime.RaceDisable()
	<-token
	runtime.RaceEnable()
}

// switching reports whether a stack is that of a goroutine that waits for its turn only.
//
//go:norace
func switching(stack string) bool {
	_, frames, _ := strings.Cut(stack, "\n")
	const here = "github.com/twinwire/twinwire/memnet."
	return strings.HasPrefix(frames, here+"take(") || strings.HasPrefix(frames, here+"give(")
}

// An edge is what a task passes on with which everything it did before happened before what the one does that takes it:
// a lock, a message.
type edge struct{ _ byte }

const hasEdges = true

//go:norace
func (e *edge) release() { runtime.RaceReleaseMerge(unsafe.Pointer(e)) }

//go:norace
func (e *edge) acquire() { runtime.RaceAcquire(unsafe.Pointer(e)) }

// hide and show stand around what the race detector must not take for synchronization.
//
//go:norace
func hide() { runtime.RaceDisable() }

//go:norace
func show() { runtime.RaceEnable() }

// reusesMemory says whether buffers and tasks go round in a world. Where the detector watches, they would bring old accesses with
// them.
const reusesMemory = false

// restsWithoutStack says whether a task that rests lets go of its coroutine. Here each would take a goroutine anew.
const restsWithoutStack = false

// releaseWith and acquireWith are the edge that bytes take with them.
//
//go:norace
func releaseWith(b []byte) { runtime.RaceReleaseMerge(unsafe.Pointer(unsafe.SliceData(b))) }

//go:norace
func acquireWith(b []byte) { runtime.RaceAcquire(unsafe.Pointer(unsafe.SliceData(b))) }
