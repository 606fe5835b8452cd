// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"math/bits"
	"slices"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
)

// A clock is what a host takes for the time. It survives a crash.
type clock struct {
	offset int64 // ns beyond the true time
	drift  int64 // ppm
}

// now is what the host's clock shows, in ns since the start.
//
//go:norace
func (h *Host) now() int64 { return h.clock.gone(h.world.now) + h.clock.offset }

// gone is how far the clock has gone when so much time has passed.
//
//go:norace
func (c clock) gone(t int64) int64 {
	if c.drift == 0 {
		return t
	}
	return t + t/million*c.drift + t%million*c.drift/million
}

// time is what the host's clock shows. It is asked for several times an instant.
//
//go:norace
func (h *Host) time() time.Time {
	if h.shownAt != h.world.now {
		h.read()
	}
	return h.shown
}

// read makes the time of this instant. It is w.epoch.Add(h.now()), in a third of the steps: the epoch is a whole second.
//
//go:norace
func (h *Host) read() {
	w := h.world
	now := h.now()
	t := time.Unix(w.epoch.Unix()+now/int64(time.Second), now%int64(time.Second)).UTC()
	if w.skewed {
		t = withMonotonic(t, h.clock.gone(w.now)+1)
	}
	h.shown, h.shownAt = t, w.now
}

// trueSpan returns how much time passes until the host's clock has gone on by d, or a little more.
//
//go:norace
func (c clock) trueSpan(d time.Duration) time.Duration {
	if c.drift == 0 {
		return d
	}
	hi, lo := bits.Mul64(uint64(max(d, 0)), million)
	span, _ := bits.Div64(hi, lo, uint64(million+c.drift))
	return time.Duration(span) + 4
}

// skews reports whether clocks of the world can be wrong.
//
//go:norace
func (w *World) skews() bool {
	f, p := &w.cfg.Faults, w.cfg.Plan
	if f.ClockOffset != 0 || f.DriftPPM != 0 || f.JumpEvery != 0 {
		return canCarryTwo()
	}
	jumps := func(t plan.Timed) bool { return t.Do.Verb == plan.Jump }
	return p != nil && (len(p.Clocks) > 0 || slices.ContainsFunc(p.Timed, jumps)) && canCarryTwo()
}

// setClock gives a new host the clock that the profile draws or the plan says.
//
//go:norace
func (h *Host) setClock() {
	h.drawClock()
	h.began = h.clock
	h.read()
}

//go:norace
func (h *Host) drawClock() {
	w := h.world
	f := &w.cfg.Faults
	s := w.stream("clock", h.key, h.name)
	h.clock.offset = w.eitherSign(&s, int64(f.ClockOffset))
	h.clock.drift = w.eitherSign(&s, int64(f.DriftPPM))
	if w.cfg.Plan == nil {
		return
	}
	for _, c := range w.cfg.Plan.Clocks {
		if !c.Host.Matches(h.name) {
			continue
		}
		if c.Offset != nil {
			h.clock.offset = int64(*c.Offset)
		}
		if c.Drift != nil {
			h.clock.drift = *c.Drift
		}
	}
}

// eitherSign draws from -most to most.
//
//go:norace
func (w *World) eitherSign(s *stream, most int64) int64 {
	if most == 0 {
		return 0
	}
	v := int64(w.choose(s, uint64(2*most+1)))
	if v > most {
		return most - v
	}
	return v
}

// jump moves the host's clock, as an administrator or a time server does. Timers that run are not moved.
//
//go:norace
func (h *Host) jump(by time.Duration) {
	h.clock.offset += int64(by)
	h.read()
	h.world.strike(fault.Jump, h, nil, "clock of "+h.name+" jumps by "+by.String())
}
