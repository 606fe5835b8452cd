// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"time"

	"github.com/twinwire/twinwire/memnet"
)

// repeatEvery is how many seeds there are for one that is run twice even though it passes.
const repeatEvery = 20

// SweepConfig says which seeds to run, and how. The zero value runs seed 0.
type SweepConfig struct {
	// Seeds are the seeds to run.
	Seeds Seeds
	// MaxFailures ends the sweep once so many seeds have failed. 0: no limit.
	MaxFailures int
	// Time is how long to go on, in real time, if the seeds do not end before. 0: until they end.
	Time time.Duration
	// Faults is what strikes instead of the scenario's own profile. The zero value: the scenario's own, and [Swarm] for
	// scenarios that have none.
	Faults Profile
	// Strategy says which task goes on. The zero value is memnet.ByHash.
	Strategy memnet.Strategy
	// Workers is how many worlds run at a time. 0: as many as Go uses cores.
	Workers int
	// MaxSteps and Stall are limits of each run; see [RunConfig].
	MaxSteps uint64
	Stall    time.Duration
	// Guided spends half of the runs, after the first few, on going on from moments at which earlier ones reached
	// something rare: see Sweep.
	Guided bool
	// Replay returns the command that repeats a seed, for the failures that have no tape. Nil: none.
	Replay func(seed uint64) string
	// Elsewhere makes the run of a tape in a process of its own, with [Repeat]. It is called for failing runs and every
	// twentieth other one, by several goroutines at a time. Nil: no run is repeated elsewhere.
	Elsewhere func(t *Tape) (Repeated, error)
	// Progress is called after each run with what is known so far, by one goroutine at a time; it should not take long.
	// Nil: not called.
	Progress func(sofar SweepResult)

	_ struct{}
}

// SweepResult counts how the runs of a sweep ended: Runs = Passed + CleanErrors + Failed + Hung + Nondeterministic. A
// run that panicked or stalled counts as failed; a seed that was run twice counts once.
type SweepResult struct {
	Runs, Passed, CleanErrors, Failed, Hung, Nondeterministic uint64

	Confirmed uint64      // runs that went exactly the same way in a process of its own
	Mutants   uint64      // runs that went on from earlier ones; their failures have a Tape
	Distinct  int         // different trace hashes
	Faults    FaultCounts // that fired in all runs, second runs apart
	// Messages says how often each kind of message was under way when a fault struck it, its connection or its hosts. Kinds
	// that were sent stand in it even if nothing ever did.
	Messages map[string]FaultCounts
	// Marks says how often each mark was hit in all runs: see [Sometimes]. Never lists those that were not, those of
	// Scenario.Marks included, the kinds of fault that never fired, and for each kind of message those that fired, but never
	// on it.
	Marks    map[string]uint64
	Never    []string
	Wall     time.Duration // real time
	Failures []Failure     // all runs that did not end right, by seed once the sweep is over
	// Unconfirmed is why a process of its own could not be asked, the first time.
	Unconfirmed error

	config RunConfig
}

// Failure is a run that did not end right.
type Failure struct {
	Seed      uint64 `json:"seed"`
	Tape      *Tape  `json:"-"`         // of a run that its seed alone does not make; or nil
	Signature string `json:"signature"` // see [Result.Signature]
	Error     string `json:"error"`
	Replay    string `json:"replay"`
	Confirmed bool   `json:"confirmed"` // see [Result.Confirmed]

	size Size
}

// Run returns what repeats a seed of the sweep.
func (r SweepResult) Run(seed uint64) RunConfig {
	cfg := r.config
	cfg.Seed = seed
	return cfg
}
