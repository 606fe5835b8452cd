// SPDX-License-Identifier: Apache-2.0

package memnet

import "time"

// point is a place where the running task may be made to let others go first, or to wait a little: as on a machine,
// where a thread can lose its processor anywhere. The task is about to do something with on, or with nothing in
// particular. Draws come from the task's own stream.
//
//go:norace
func (w *World) point(t *task, on any) {
	w.points++
	w.scheduler.point(t, on)
}

// hold keeps the task back for a drawn time.
//
//go:norace
func (w *World) hold(t *task) {
	w.holdFor(t, time.Duration(w.between(&t.points, 1, w.policy.holdMax)), waitHeld)
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
	w.points++
	w.scheduler.yield(t)
}
