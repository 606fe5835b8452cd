// SPDX-License-Identifier: Apache-2.0

package memnet

import "time"

// free ends the tasks that are left, after the result is sealed. The call of the seam in which a task is parked ends its
// goroutine; that runs the task's deferred functions, in which every further call that could wait ends it again.
func (w *World) free() {
	coros := w.coros
	w.coros, w.idle = nil, nil
	patience := time.NewTimer(w.cfg.Stall)
	defer patience.Stop()
	for _, c := range coros {
		if c.task == nil {
			c.stop()
			continue
		}
		if !c.free(patience) {
			return
		}
	}
}

// free stops the coroutine of a task. The goroutine that stops it ends with it, so it is made for that. It gives up,
// and leaves a goroutine behind, when a deferred function blocks for real.
func (c *coro) free(patience *time.Timer) bool {
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		c.stop()
	}()
	select {
	case <-gone:
		return true
	case <-patience.C:
		return false
	}
}
