// SPDX-License-Identifier: Apache-2.0

package transport

import "github.com/twinwire/twinwire/api"

// watch looks after connections whose handlers may take long: after all those of a server or client factory with one
// timer. It is set for the first of them and left alone until it fires, for handlers are nearly always faster.
type watch struct {
	rt api.Runtime

	mu    api.Mutex
	timer api.Timer
	set   bool      // the timer will fire
	over  []*Client // to be looked at then
	spare []*Client
}

func newWatch(rt api.Runtime) *watch { return &watch{rt: rt, mu: rt.NewMutex()} }

// add has c looked at within lateAfter.
func (w *watch) add(c *Client) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.over = append(w.over, c)
	if w.set {
		return
	}
	w.set = true
	if w.timer == nil {
		w.timer = w.rt.AfterFunc(lateAfter, w.look)
		return
	}
	w.timer.Reset(lateAfter)
}

func (w *watch) look() {
	w.mu.Lock()
	over := w.over
	w.over, w.spare, w.set = w.spare, nil, false
	w.mu.Unlock()
	for i, c := range over {
		over[i] = nil
		c.look()
	}
	w.mu.Lock()
	w.spare = over[:0]
	w.mu.Unlock()
}
