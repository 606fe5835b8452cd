// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"slices"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
)

// keepAlive is how long it takes an end of a half-open connection that does not write to find out.
const keepAlive = 15 * time.Second

// Crash ends the host's process at once: its tasks never go on and run no deferred function while the run lasts, its
// timers, listeners and connections are gone; the memory of those tasks is freed that have no deferred functions but of
// the shared stack, that of the others when the run ends. Files keep what was written. The other ends of its connections see a reset
// a little later; or, with a profile that crashes hosts, some drawn ones only when they write or after 15 s. A task may
// crash its own host: the call does not return. Crashing a host that is down does nothing.
//
//go:norace
func (h *Host) Crash() {
	t := h.enter("Host.Crash")
	h.crash()
	if t.inc.dead {
		h.world.park(t, waitTurn, nil)
	}
}

// Restart brings a crashed host back, with nothing in memory, and runs its Boot functions again. Restarting a host that
// is up does nothing.
//
//go:norace
func (h *Host) Restart() {
	h.enter("Host.Restart")
	h.restart()
}

// crashFor is a crash of a fault, after which the host restarts; nil: it stays down.
//
//go:norace
func (h *Host) crashFor(down *plan.Span) {
	w := h.world
	if h.inc.dead || h == w.root {
		return
	}
	if down != nil {
		w.owed++ // the run waits for the restart
	}
	h.crash()
	if down == nil {
		return
	}
	h.returns = true
	life := h.lives
	w.faultAfter(max(down.Min, 1), func() {
		if h.lives == life {
			h.restart()
		}
		w.paid()
	})
}

//go:norace
func (h *Host) crash() {
	w, inc := h.world, h.inc
	if inc.dead || h == w.root {
		return
	}
	inc.dead = true
	w.fallen = append(w.fallen, inc)
	w.attend()
	w.hash(hashCrash, h.key, inc.life)
	w.strike(fault.Crash, h, nil, "crash "+h.name)
	for _, t := range inc.tasks {
		t.ready = true
		for _, m := range slices.Clone(t.borrowed) {
			w.all.acquire() // what the dead task did with the lock held
			m.release()
		}
		if t.end != nil {
			w.owed--
		}
	}
	h.ready, h.paused, h.stopped, h.unaccepted = 0, 0, nil, nil
	w.polled -= len(h.polled)
	h.polled = nil
	w.timers.dropDead()
	w.ready.dropDead()
	if t := w.lone.t; t != nil && t.inc.dead {
		w.lone.t = nil
	}
	for _, l := range inc.listeners {
		l.queue = nil
	}
	s := h.lifeStream("crash-end", inc.life)
	for _, c := range slices.Clone(inc.conns) {
		c.lose(&s)
	}
	inc.conns = nil
	h.files.crash()
	if w.owed == 0 {
		w.end(Passed, nil)
	}
}

// The ways in which the other end of a connection hears of a crash.
const (
	crashResets = iota
	crashEnds   // the end of the stream, as when a process is killed that had read everything
	crashIsSilent
	crashWays
)

// lose is what a crash does to a connection.
//
//go:norace
func (c *conn) lose(s *stream) {
	w := c.host.world
	c.pos, c.impaired = 0, true
	if c.dialling != nil {
		c.out.dropHeld()
		return
	}
	if c.closed || c.err != nil {
		return
	}
	way := uint64(crashResets)
	if w.crashesVary() && c.out.dst.dialling == nil {
		way = w.choose(s, crashWays)
	}
	if way != crashEnds {
		c.out.loseWaiting()
	}
	switch way {
	case crashResets:
		c.out.send(segReset, 0)
	case crashEnds:
		if !c.out.closed {
			c.out.send(segFin, 0)
		}
	case crashIsSilent:
		w.strike(fault.HalfOpen, c.remote.host, c.out, "")
		c.notice()
	}
}

// crashesVary reports whether crashes are a fault of the run, and not only something a test does.
//
//go:norace
func (w *World) crashesVary() bool {
	if w.cfg.Faults.CrashEvery > 0 {
		return true
	}
	return w.cfg.Plan != nil && slices.ContainsFunc(w.cfg.Plan.Timed, func(t plan.Timed) bool { return t.Do.Verb == plan.Crash })
}

// vanish breaks this end of the connection; the other end finds out when it sends something, or late.
//
//go:norace
func (c *conn) vanish() {
	c.host.world.strike(fault.HalfOpen, c.remote.host, c.out, "")
	c.lost, c.impaired = true, true
	c.out.loseWaiting()
	c.broken(errReset)
	c.notice()
}

// notice lets the other end find out late.
//
//go:norace
func (c *conn) notice() {
	peer := c.out.dst
	c.host.world.after(keepAlive, func(*World) { peer.broken(errReset) })
}

//go:norace
func (h *Host) restart() {
	w := h.world
	if !h.inc.dead || h == w.root {
		return
	}
	h.begin()
	h.returns = false
	w.hash(hashCrash, h.key, h.lives<<1|1)
	w.strike(fault.Restart, h, nil, "restart "+h.name)
	for i := range h.boots {
		w.startBoot(h, i)
	}
}
