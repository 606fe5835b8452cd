// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"time"

	"github.com/twinwire/twinwire/api"
)

// watch looks after connections whose handlers may take long: after all those of a server or client factory with one
// timer. It is set for the first of them and left alone until it fires, for handlers are nearly always faster; and for
// longer each time it finds nothing that is late.
type watch struct {
	rt api.Runtime

	mu    api.Mutex
	timer api.Timer
	set   bool // the timer will fire
	after time.Duration
	over  []*Client // to be looked at then
	spare []*Client
}

func newWatch(rt api.Runtime) *watch { return &watch{rt: rt, mu: rt.NewMutex(), after: lateAfter} }

// add has c looked at within lateAfter; within calmAfter, when nothing has been late for some time.
func (w *watch) add(c *Client) {
	w.mu.Lock()
	w.over = append(w.over, c)
	if !w.set {
		w.setLocked()
	}
	w.mu.Unlock()
}

// setLocked sets the timer.
func (w *watch) setLocked() {
	w.set = true
	if w.timer == nil {
		w.timer = w.rt.AfterFunc(w.after, w.look)
		return
	}
	w.timer.Reset(w.after)
}

func (w *watch) look() {
	w.mu.Lock()
	over := w.over
	w.over, w.spare, w.set = w.spare, nil, false
	after, late := w.after, false
	w.after = lateAfter // for those to be looked at once more
	w.mu.Unlock()
	for i, c := range over {
		over[i] = nil
		late = c.look() || late
	}
	w.mu.Lock()
	w.spare = over[:0]
	if !late {
		w.after = min(2*after, calmAfter)
	}
	w.mu.Unlock()
}
