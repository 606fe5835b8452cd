// SPDX-License-Identifier: Apache-2.0

package memnet

import "time"

// point is a place where the running task may be made to let others go first, or to wait a little: as on a machine,
// where a thread can lose its processor anywhere. The task is about to do something with on, or with nothing in
// particular. Draws come from the task's own stream.
//
//go:norace
func (w *World) point(t *task, on any) {
	if h := t.host; h.unseen > 0 {
		h.unseen--
		return
	}
	w.seePoint(t, on)
}

// seePoint is point where something may come of it.
//
//go:norace
//go:nosplit
func (w *World) seePoint(t *task, on any) {
	t.passed++
	if t.passed >= t.look || t.host.ready > 0 {
		w.scheduler.point(t, on)
		w.foreseePoints(t)
	}
}

// foreseePoints takes the points of the running task that nothing can come of for passed: up to the next to be looked at,
// as long as no other task of its host is ready. Its host counts them down.
//
//go:norace
func (w *World) foreseePoints(t *task) {
	if h := t.host; h.ready == 0 && t.passed+1 < t.look {
		h.unseen = t.look - 1 - t.passed
		t.passed = t.look - 1
	}
}

// noteUnseen takes back what foreseePoints has taken for passed, and was not.
//
//go:norace
func (w *World) noteUnseen() {
	if t := w.cur; t != nil {
		h := t.host
		t.passed -= h.unseen
		h.unseen = 0
	}
}

// pointsSoFar is how many points tasks have passed.
//
//go:norace
func (w *World) pointsSoFar() uint64 {
	n := w.points
	for _, h := range append([]*Host{w.root}, w.order...) {
		n += h.inc.points()
	}
	for _, inc := range w.fallen {
		if inc != inc.host.inc {
			n += inc.points()
		}
	}
	if t := w.cur; t != nil {
		n -= t.host.unseen
	}
	return n
}

// points is how many points the tasks have passed that are left.
//
//go:norace
func (inc *incarnation) points() uint64 {
	n := uint64(0)
	for _, t := range inc.tasks {
		n += t.passed
	}
	return n
}

// atPoint returns the stream of the point where the task is. How many points drew before it makes no difference.
//
//go:norace
func (t *task) atPoint() *stream {
	t.points.n = max(t.points.n, t.passed<<8)
	return &t.points
}

// mayHold holds the task back for a drawn time, if its block of scheduling points drew that for this one.
//
//go:norace
func (w *World) mayHold(t *task) bool {
	if t.passed < t.due {
		return false
	}
	block := (t.passed - 1) / holdBlock
	if !t.hold && !w.drawHold(t, block) {
		return false
	}
	t.hold = false
	w.lookAt(t, (block+1)*holdBlock+1)
	w.holdFor(t, time.Duration(w.between(&t.holds, 1, w.policy.holdMax)), waitHeld)
	return true
}

// drawHold draws which point of a block holds the task, and reports whether it is the first, where the task is.
//
//go:norace
func (w *World) drawHold(t *task, block uint64) bool {
	t.holds.n = block << 8
	v := w.draw(&t.holds, pointBound)
	from := pointBound - holdBlock*w.policy.holdShare
	if v < from {
		w.lookAt(t, (block+1)*holdBlock+1)
		return false
	}
	w.record(&t.holds, pointBound, v)
	t.hold = true
	w.lookAt(t, t.passed+(v-from)/w.policy.holdShare)
	return t.due == t.passed
}

// lookAt sets the point at which a hold is due or to be drawn.
//
//go:norace
func (w *World) lookAt(t *task, point uint64) {
	t.due = point
	if !w.watchful {
		t.look = point
	}
}

// holdFor keeps the task back.
//
//go:norace
func (w *World) holdFor(t *task, d time.Duration, why waitKind) {
	if t.held.who == nil {
		t.held.who, t.held.inc = (*heldTask)(t), t.inc
	}
	w.startTimer(&t.held, w.at(d))
	w.park(t, why, nil)
}

// heldTask is a task as the timer that ends its hold sees it.
type heldTask task

//go:norace
func (h *heldTask) fire(w *World) { w.makeReady((*task)(h)) }

// yield lets the ready tasks of the host run first, or most of them.
//
//go:norace
func (w *World) yield(t *task) {
	w.noteUnseen()
	t.passed++
	if t.host.ready == 0 && w.spins(t) {
		w.holdFor(t, time.Duration(t.spin.n/spinBound)*spinTime, waitYield)
	} else {
		w.scheduler.yield(t)
	}
	w.foreseePoints(t)
}
