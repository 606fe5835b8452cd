// SPDX-License-Identifier: Apache-2.0

package memnet

import "time"

// free ends the tasks that are left, after the result is sealed. The call of the seam in which a task is parked ends its
// goroutine; that runs the task's deferred functions, in which every further call that could wait ends it again. It gives
// up, and leaves goroutines behind, when a deferred function blocks for real.
//
//go:norace
func (w *World) free() {
	w.goHome()
	w.ending = true
	coros := w.coros
	w.coros, w.idle = nil, nil
	gone := make(chan struct{})
	go stopAll(coros, gone)
	patience := time.NewTimer(w.cfg.Stall)
	defer patience.Stop()
	select {
	case <-gone:
	case <-patience.C:
	}
}

// stopAll stops one coroutine after the other. One with a task takes the goroutine with it that stopped it, so another
// one goes on.
//
//go:norace
func stopAll(coros []*coro, gone chan<- struct{}) {
	defer func() {
		if len(coros) == 0 {
			close(gone)
			return
		}
		go stopAll(coros[1:], gone)
	}()
	for len(coros) > 0 {
		coros[0].end()
		coros = coros[1:]
	}
}
