// SPDX-License-Identifier: Apache-2.0

//go:build !race

package memnet

import (
	"iter"
	"strings"
)

// A switcher changes who has control: here as a coroutine of the runtime, which is quick, and which the race detector
// takes for synchronization.
type switcher struct {
	called bool // who waits at this place came there by next, and leaves by yield
	ended  bool // its goroutine
	next   func() (struct{}, bool)
	yield  func(struct{}) bool
	stop   func()
}

func (c *coro) make() { c.next, c.stop = iter.Pull(c.run) }

func (c *coro) run(yield func(struct{}) bool) {
	c.yield = yield
	deepen(0)
	defer func() { c.ended = true }()
	c.named()
	for !c.world.ending {
		c.turn(c.world)
		c.rest()
	}
}

// deepen makes the stack as large as most tasks need it while it holds little: to move a deep one takes as long as much of
// what a short task does.
//
//go:noinline
func deepen(i int) byte {
	var room [4 << 10]byte
	return room[i]
}

// turns reports whether who waits at the place is the coroutine, that goIn gives control to, or another, that goOut does.
func (c *coro) turns() bool {
	c.called = !c.called
	return c.called
}

func (c *coro) goIn()  { c.next() }
func (c *coro) goOut() { c.yield(struct{}{}) }

// end ends the coroutine, and returns when the deferred functions of its task have run.
func (c *coro) end() { c.stop() }

// apart runs a function of the test that is no task.
func (w *World) apart(f func()) { f() }

// An onlooker calls Config.Observe.
type onlooker struct{}

func (*onlooker) pass(o *observer, s Sighting) { o.observe(s) }
func (*onlooker) close(*World)                 {}

// A cradle starts goroutines, where tasks have some.
type cradle struct{}

func (*cradle) open()  {}
func (*cradle) close() {}

// switching reports whether a stack is that of a goroutine that waits for its turn only.
func switching(stack string) bool { return strings.HasPrefix(stackState(stack), "coroutine") }

// An edge is what a task passes on with which everything it did before happened before what the one does that takes it.
// Here the coroutines order everything.
type edge struct{}

const hasEdges = false

func (*edge) release() {}
func (*edge) acquire() {}

// hide and show stand around what the race detector must not take for synchronization.
func hide() {}
func show() {}

// reusesMemory says whether buffers and tasks go round in a world.
const reusesMemory = true

// restsWithoutStack says whether a task that rests lets go of its coroutine.
const restsWithoutStack = true

// releaseWith and acquireWith are the edge that bytes take with them.
func releaseWith([]byte) {}
func acquireWith([]byte) {}
