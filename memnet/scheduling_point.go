// SPDX-License-Identifier: Apache-2.0

package memnet

import "time"

// point is a place where the running task may be made to let others go first, or to wait a little: as on a machine,
// where a thread can lose its processor anywhere. Draws come from the task's own stream, and only tasks of its own host
// count as others, so that hosts do not disturb each other's schedules.
func (w *World) point(t *task) {
	v := w.choose(&t.points, pointBound)
	if v < w.policy.yieldFrom {
		return
	}
	if v >= w.policy.holdFrom {
		w.hold(t)
		return
	}
	if t.host.ready > 0 {
		// A picked task won against the others, so a new draw alone would mostly pick it again.
		w.makeReadyLast(t, v&1 == 0)
		w.park(t, waitTurn, nil)
	}
}

// hold keeps the task back for a drawn time.
func (w *World) hold(t *task) {
	d := time.Duration(w.between(&t.points, 1, w.policy.holdMax))
	if t.held.who == nil {
		t.held.who, t.held.inc = (*heldTask)(t), t.inc
	}
	w.startTimer(&t.held, w.at(d))
	w.park(t, waitHeld, nil)
}

// heldTask is a task as the timer that ends its hold sees it.
type heldTask task

func (h *heldTask) fire(w *World) { w.makeReady((*task)(h)) }

// yield lets the ready tasks of the host run first, but for a few draws.
func (w *World) yield(t *task) {
	if t.host.ready == 0 {
		w.point(t)
		return
	}
	w.makeReadyLast(t, w.choose(&t.points, 4) < 3)
	w.park(t, waitTurn, nil)
}
