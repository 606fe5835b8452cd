// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"time"

	"github.com/twinwire/twinwire/internal/tape"
	"github.com/twinwire/twinwire/memnet"
)

// Result is how a run ended and what is known about it.
type Result struct {
	Scenario string // the scenario's name
	Seed     uint64
	Verdict  Verdict
	// Err is why the run did not pass: the error of an invariant, a check or a host, with its name before it. Nil if it
	// passed.
	Err error
	// Signature says what failed without saying how, such as "invariant one holder" or "host exec-1": failures that
	// have one cause have mostly one signature. Empty if the run passed.
	Signature string

	// Hash sums up the run: every event, in order, with its time.
	Hash uint64
	// Virtual is how long the run took in virtual time.
	Virtual time.Duration
	// Steps is how often a task ran; Choices is how often there was more than one to pick from.
	Steps, Choices uint64
	// Faults are the faults that fired.
	Faults FaultCounts
	// Marks says how often each mark was hit: see [Sometimes].
	Marks map[string]uint64
	// Operations is how many operations of [Ops] were done.
	Operations uint64
	// Tape holds the choices of the run, if RunConfig.Record asked for them.
	Tape *Tape
	// Plan holds every fault that struck, likewise. As the RunConfig.Plan of another run it makes the same run, but of one
	// that played a tape.
	Plan *Plan
	// Last are the last events, oldest first.
	Last []memnet.Event
	// Pending are the tasks that had not ended, and what they waited for.
	Pending []memnet.TaskInfo

	// Confirmed reports that a run of the seed in a process of its own went exactly like this one.
	Confirmed bool

	said     []string   // by the TBs of the hosts
	causes   [][]string // what happened, in the order of cause, as a report shows it; nil: not known
	strategy memnet.Strategy
	profile  string // name of the one that replaced the scenario's own
	wall     time.Duration
	fit      tape.Fit
	hosts    int               // that did something
	offered  map[string]uint64 // operations of one life, by host, skipped ones before the last one done included

	// Second is the second run of the seed, or nil if there was none. Failing seeds have one, unless they stalled.
	Second *Result
	// Replay is the command that repeats the run, or empty.
	Replay string
}

// Repeats reports whether a second run went exactly like the first.
func (r Result) Repeats() bool { return r.Second != nil && r.same(*r.Second) }

// same compares what must not differ between two runs of one seed. Texts of errors may hold addresses of memory, so
// they do not count.
func (r Result) same(o Result) bool {
	return r.Hash == o.Hash && r.Virtual == o.Virtual && r.Steps == o.Steps && r.Verdict == o.Verdict && r.Signature == o.Signature
}

// Fit says how the run followed its tape.
func (r Result) Fit() string {
	return fmt.Sprintf("Of its choices %d were made, %d of them with a smaller bound; %d were not asked for.",
		r.fit.Followed, r.fit.Clamped, r.fit.Unused)
}
