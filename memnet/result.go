// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
	"github.com/twinwire/twinwire/internal/tape"
)

// Result is what a run tells about itself.
type Result struct {
	Verdict Verdict
	// Err says why, for every verdict but [Passed]. A panic is a [*PanicError], a blocked task a [*StallError].
	Err error
	// Hash stands for everything that happened: the same seed and source give the same one.
	Hash uint64
	// Virtual is how much virtual time passed.
	Virtual time.Duration
	Steps   uint64 // task switches
	Events  uint64 // arrivals and timers
	Choices uint64 // steps that had more than one task to pick from
	Points  uint64 // places where the running task could have been made to wait
	// Strategy is how the tasks were picked; of [Portfolio], what was drawn.
	Strategy Strategy
	// Tape holds the choices of the run, if Config.Record asked for them and they were not more than 4 million.
	Tape *tape.Tape
	// Plan holds what the world was like and every fault that struck, if Config.Record asked for it. As the Config.Plan of
	// another run it makes the same run again, with the profile's faults off and the same limits.
	Plan *plan.Plan
	// Fit says how the run followed Config.Tape.
	Fit tape.Fit
	// Faults counts the faults that happened.
	Faults fault.Counts
	// Last holds the last events, the oldest first.
	Last []Event
	// Pending holds the tasks that had not ended, by host in the order of making, then by name; of a hung run those that
	// have waited longest first.
	Pending []TaskInfo
}

// TaskInfo describes a task that had not ended.
type TaskInfo struct {
	Host    string
	Name    string
	Waiting string        // what it waits for, such as "Read a:7 <-> b:32768", and where: " at file.go:12"
	Since   time.Duration // virtual time
	// Inside says that no line of the code under test is on the stack of the task: it serves a connection, for example, and
	// will wait as long as that is there. It is known, like the place, of runs that failed, panicked or hung, but for brief
	// ones.
	Inside bool
}

//go:norace
func (w *World) seal() Result {
	w.all.acquire()
	c := w.counts()
	return Result{
		Verdict: w.outcome.verdict, Err: w.outcome.err, Hash: w.trace.hash,
		Virtual: time.Duration(c.virtual), Steps: c.steps, Events: c.events, Choices: c.choices,
		Points: c.points, Strategy: w.strategy, Tape: w.recorded(), Fit: w.fit(), Plan: w.struckPlan(),
		Faults: w.faults.counts(), Last: w.trace.events(), Pending: w.pending(),
	}
}

// pending describes the tasks that are left.
//
//go:norace
func (w *World) pending() []TaskInfo {
	var all []TaskInfo
	var places map[*coro]parkedPlace
	if w.outcome.verdict != Passed && w.outcome.verdict != Stalled && !w.cfg.Brief {
		places = w.places()
	}
	for _, h := range append([]*Host{w.root}, w.order...) {
		if h.inc.dead {
			continue
		}
		tasks := slices.Clone(h.inc.tasks)
		slices.SortFunc(tasks, func(a, b *task) int {
			return cmp.Or(cmp.Compare(a.name, b.name), cmp.Compare(a.picks.key, b.picks.key))
		})
		for _, t := range tasks {
			at := places[t.coro]
			if t.coro == nil && t.mayRest() {
				at.inside = strings.HasPrefix(t.function(), insidePrefix)
			}
			all = append(all, TaskInfo{Host: h.name, Name: t.name, Waiting: at.describe(t.describeWait()), Since: time.Duration(t.since), Inside: at.inside})
		}
	}
	if w.outcome.verdict == Hung {
		slices.SortStableFunc(all, func(a, b TaskInfo) int { return cmp.Compare(a.Since, b.Since) })
	}
	return all
}
