// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"cmp"
	"context"
	"math"
	"slices"

	"github.com/twinwire/twinwire/internal/plan"
	"github.com/twinwire/twinwire/internal/tape"
)

// epilogueSteps bounds how often tasks run in an epilogue.
const epilogueSteps = 1_000_000

// conclude is called when main and every Boot function have returned and the invariant holds.
//
//go:norace
func (w *World) conclude() {
	if !w.judge() {
		return
	}
	f := w.cfg.Epilogue
	if f == nil {
		w.end(Passed, nil)
		return
	}
	w.told, w.cfg.Check = w.counts(), nil
	w.cfg.MaxTime, w.latest = math.MaxInt64, farAway-1
	w.attend()
	w.cfg.MaxSteps = min(w.cfg.MaxSteps, w.steps+epilogueSteps)
	w.calmDown()
	w.leaveNothingToChance()
	w.owed++
	t := w.spawn(w.root.inc, hashString("epilogue"), "epilogue", func() {
		w.all.acquire() // it looks at what all others did
		w.sayFarewell()
		if err := f(context.Background()); err != nil {
			w.end(Failed, err)
		}
	})
	t.end = w.paid
	w.loop()
}

// judge calls what looks at the end of the run. It may wait for goroutines of its own.
//
//go:norace
func (w *World) judge() bool {
	w.stage.Store(stageJudging)
	defer w.stage.Store(stageRunning)
	return w.holds("Config.CheckEnd", w.cfg.CheckEnd)
}

// leaveNothingToChance makes what follows the same whatever strategy or tape the run has, and no part of its record.
//
//go:norace
func (w *World) leaveNothingToChance() {
	if w.observer != nil {
		w.observer.onlooker.close(w)
	}
	w.scheduler, w.observer = &fifo{w}, nil
	calm := &player{world: w, rest: tape.Calm}
	if p := w.player; p != nil {
		calm.total, calm.fit = p.total, p.fit
	}
	w.player, w.seedOnly = calm, false
	if w.recorder != nil {
		w.recorder.closed = true
	}
}

// counts are what a run is measured by, without its epilogue.
type counts struct {
	virtual                        int64
	steps, events, choices, points uint64
}

//go:norace
func (w *World) counts() counts {
	if w.healed {
		return w.told
	}
	return counts{virtual: w.now, steps: w.steps, events: w.applied, choices: w.choices, points: w.pointsSoFar()}
}

// calmDown ends every fault, and sees to it that there are no more.
//
//go:norace
func (w *World) calmDown() {
	w.healed = true
	w.timers.dropFaults()
	var links []*link
	for _, h := range w.order {
		for _, l := range h.links {
			if l == nil {
				continue
			}
			l.planned = nil
			if l.blocked+l.clogs > 0 {
				links = append(links, l)
			}
		}
	}
	slices.SortFunc(links, func(a, b *link) int {
		return cmp.Or(cmp.Compare(a.from.name, b.from.name), cmp.Compare(a.to.name, b.to.name))
	})
	w.heal(links...)
	for _, h := range w.order {
		h.heal()
		h.files.disk.plannedSyncs, h.files.disk.plannedReads = nil, nil
	}
}

// heal ends the faults of the host itself, but a crash.
//
//go:norace
func (h *Host) heal() {
	h.heals++
	h.refusing = 0
	if h.paused > 0 {
		h.paused = 1
		h.resume()
	}
	if h.stalls > 0 {
		h.stalls = 1
		h.unstall()
	}
	d := &h.files.disk
	d.full, d.slow, d.forgetful, d.span = 0, 0, 0, plan.Span{}
}

// unlessHealed returns f, which ends a fault of the host, for the case that it is not healed before.
//
//go:norace
func (h *Host) unlessHealed(f func()) func() {
	heals := h.heals
	return func() {
		if h.heals == heals {
			f()
		}
	}
}
