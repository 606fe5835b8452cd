// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
	"github.com/twinwire/twinwire/internal/tape"
)

// Config configures a world. The zero value is seed 0, a network without latency or faults, and the default limits.
type Config struct {
	// Seed decides everything that is left to chance.
	Seed uint64
	// Tape is what the run takes its choices from, instead of Seed: those it lists, as far as they fit, and for all others
	// 0 or what the tape's own seed has. Nil: none. Faults must be those of the run it was recorded from for
	// the same run to come out.
	Tape *tape.Tape
	// Record keeps every choice that had an effect, for Result.Tape, and every fault, for Result.Plan. It costs time and memory: 32 bytes a choice.
	Record bool
	// Strategy says which task goes on, unless Tape says it. The zero value is [ByHash].
	Strategy Strategy
	// Plan says what else strikes, and when. Its seed, if it has one, replaces Seed, and its profile Faults. Nil: nothing.
	Plan *plan.Plan
	// Faults says how slow the network is and what fails how often.
	Faults fault.Profile
	// MaxTime ends the run as [Hung] once that much virtual time has passed. 0: 1 h.
	MaxTime time.Duration
	// MaxSteps ends the run as [Hung] after that many task switches. 0: 50 million.
	MaxSteps uint64
	// Stall ends the run as [Stalled] when a task blocks outside the seam for that long on the machine's clock. A long
	// computation is never ended. 0: 5 s.
	Stall time.Duration
	// Trace is how many of the last events the result keeps. 0: 64. Negative: none.
	Trace int
	// Brief does not find out where the tasks are parked that a run has not ended with, which takes a dump of all stacks of
	// the process: for one who will not look at Result.Pending.
	Brief bool
	// Check is an invariant. It is called whenever all that could happen at an instant has happened; an error ends the
	// run as [Failed]. It runs outside the tasks, so it must not call the seam, and should only look at plain variables.
	Check func() error
	// Observe is called with everything that happens, and with each message that is sent and arrives, by the world's own
	// goroutine: like Check it must not call the seam. Nil: not called.
	Observe func(Sighting)
	// CheckEnd is called like Check, when main and every Boot function have returned without an error. Nil: nothing is.
	CheckEnd func() error
	// Epilogue runs as a task of a hidden host once main and every Boot function have returned without an error, after all
	// faults have healed, none comes any more and the contexts that the functions were given have ended: to shut down what
	// is left, and to look at what then remains ([World.Left]). Check is no longer called. The run ends with it, and with
	// its error; Result.Virtual is when it began. Nil: none.
	Epilogue func(ctx context.Context) error
	// Origins notes the stack that made each task, timer and connection, for [World.Left]. It costs about 1 µs for each.
	Origins bool
	// Verify makes every call on the seam check that the calling goroutine is the running task, which finds goroutines
	// that user code started with the go statement. It costs about 2 µs a call.
	Verify bool
	// Probe is called by the task that makes a call on the seam, whose stack it can take, before anything else; false ends
	// the run as [Failed]. Two runs of a seed make the same calls; NewWaiter and NewMutex, which depend on what pools have
	// kept, are not told. It must not call the seam itself. Nil: not called.
	Probe func(c SeamCall) bool
	// Contain makes a task or a check that ends by runtime.Goexit, as t.Fatal does, fail the run with an [*ExitError], instead of
	// ending the goroutine that called [World.Run].
	Contain bool

	_ struct{}
}

//go:norace
func (c Config) withDefaults() Config {
	if c.MaxTime <= 0 {
		c.MaxTime = time.Hour
	}
	if c.MaxSteps == 0 {
		c.MaxSteps = 50_000_000
	}
	if c.Stall <= 0 {
		c.Stall = 5 * time.Second
	}
	if c.Trace == 0 {
		c.Trace = 64
	}
	return c
}
