// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"slices"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
)

// keepAlive is how long it takes an end of a half-open connection that does not write to find out.
const keepAlive = 15 * time.Second

// Crash ends the host's process at once: its tasks never go on and run no deferred function while the run lasts, its
// timers, listeners and connections are gone. Files keep what was written. The other ends of its connections see a reset
// a little later; or, with a profile that crashes hosts, some drawn ones only when they write or after 15 s. A task may
// crash its own host: the call does not return. Crashing a host that is down does nothing.
func (h *Host) Crash() {
	t := h.enter("Host.Crash")
	h.crash()
	if t.inc.dead {
		h.world.park(t, waitTurn, nil)
	}
}

// Restart brings a crashed host back, with nothing in memory, and runs its Boot functions again. Restarting a host that
// is up does nothing.
func (h *Host) Restart() {
	h.enter("Host.Restart")
	h.restart()
}

func (h *Host) crash() {
	w, inc := h.world, h.inc
	if inc.dead || h == w.root {
		return
	}
	inc.dead = true
	w.hash(hashCrash, h.key, inc.life)
	w.strike(fault.Crash, h, nil, "crash "+h.name)
	for _, t := range inc.tasks {
		for _, m := range slices.Clone(t.borrowed) {
			m.release()
		}
		if t.end != nil {
			w.owed--
		}
	}
	h.ready = 0
	w.polled -= len(h.polled)
	h.polled = nil
	w.timers.dropDead()
	for _, l := range inc.listeners {
		l.queue = nil
	}
	for _, c := range slices.Clone(inc.conns) {
		c.lose()
	}
	inc.conns = nil
	if w.owed == 0 {
		w.end(Passed, nil)
	}
}

// lose is what a crash does to a connection.
func (c *conn) lose() {
	w := c.host.world
	c.pos = 0
	c.out.dropHeld()
	if c.dialling != nil || c.closed || c.err != nil {
		return
	}
	if !w.halfOpen(c) {
		c.out.send(segReset, nil, 0)
		return
	}
	peer := c.out.dst
	w.strike(fault.HalfOpen, c.remote.host, c.out, "")
	w.after(keepAlive, func(*World) { peer.broken(errReset) })
}

// halfOpen draws whether the other end of a connection is not told of a crash.
func (w *World) halfOpen(c *conn) bool {
	return w.cfg.Faults.CrashEvery > 0 && w.strikesNow() && c.out.dst != nil && w.choose(&c.out.link.resets, 4) == 3
}

func (h *Host) restart() {
	w := h.world
	if !h.inc.dead || h == w.root {
		return
	}
	h.begin()
	w.hash(hashCrash, h.key, h.lives<<1|1)
	w.strike(fault.Restart, h, nil, "restart "+h.name)
	for i := range h.boots {
		w.startBoot(h, i)
	}
}
