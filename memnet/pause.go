// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"strings"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
)

// Pause stops the host for a while: its tasks do not run and its timers start theirs late. Its network goes on: bytes
// arrive and wait, connections are granted. A host that is down is left alone.
//
//go:norace
func (h *Host) Pause(d time.Duration) {
	h.enter("Host.Pause")
	span := plan.Exactly(d)
	h.world.perform(plan.Action{Verb: plan.Pause, From: plan.Pattern(h.name), For: &span})
}

// pause stops the host and returns what lets it go on.
//
//go:norace
func (h *Host) pause() (end func()) {
	h.paused++
	h.world.strike(fault.Pause, h, nil, "pause "+h.name)
	inc, heals := h.inc, h.heals
	return func() {
		if h.inc == inc && h.heals == heals && h.paused > 0 {
			h.resume()
		}
	}
}

// keepBack keeps a task that is to run for the end of the pause.
//
//go:noinline
//go:norace
func (h *Host) keepBack(t *task) {
	w := h.world
	w.seq++
	h.stopped = append(h.stopped, readyTask{key: w.seq & (1<<32 - 1), t: t})
}

// resume lets the tasks run that became ready meanwhile.
//
//go:norace
func (h *Host) resume() {
	h.paused--
	if h.paused > 0 {
		return
	}
	stopped := h.stopped
	h.stopped = nil
	for _, e := range stopped {
		h.world.goOn(e)
	}
}

//go:norace
func hostNames(hosts []*Host) string {
	names := make([]string, len(hosts))
	for i, h := range hosts {
		names[i] = h.name
	}
	return strings.Join(names, ", ")
}
