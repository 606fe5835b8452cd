// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"time"
)

// RunConfig says which run to make of a scenario. The zero value is usable.
type RunConfig struct {
	// Seed picks the run. Any number, 0 too, is a seed.
	Seed uint64
	// MaxSteps bounds how often a task runs; a run that passes it is reported as hung. 0: 50 million.
	MaxSteps uint64
	// Stall is how long, in real time, a task may block outside the world before the run is reported as stalled. 0: 5 s.
	Stall time.Duration
	// Trace is how many of the last events a report shows. 0: 24.
	Trace int
	// Twice makes a second run of a passing seed too, to see that it repeats. Failing seeds always get one.
	Twice bool
	// Replay is the command that repeats the run, for the report.
	Replay string

	_ struct{}
}

const defaultTrace = 24

// Run makes one run of a scenario, on the calling goroutine, and a second one when the first one fails. It calls
// scenario once for each.
func Run(cfg RunConfig, scenario func() Scenario) Result {
	if cfg.Trace <= 0 {
		cfg.Trace = defaultTrace
	}
	first := runOnce(cfg, scenario())
	if first.Verdict == Stalled || first.Signature == signatureScenario || first.Verdict.OK() && !cfg.Twice {
		return first
	}
	second := runOnce(cfg, scenario())
	first.Second = &second
	if !first.same(second) {
		first.Err = &DifferError{First: first, Second: second}
		first.Verdict, first.Signature = Nondeterministic, "two runs differ"
	}
	return first
}

func runOnce(cfg RunConfig, sc Scenario) Result {
	sc = sc.withDefaults()
	res := Result{Scenario: sc.Name, Seed: cfg.Seed, Replay: cfg.Replay}
	if err := sc.validate(); err != nil {
		res.Verdict, res.Err, res.Signature = Failed, err, signatureScenario
		return res
	}
	newStage(cfg, sc).play(&res)
	return res
}

// DifferError says that two runs of one seed were not the same run, and how each ended.
type DifferError struct{ First, Second Result }

// Error names both hashes and how both runs ended.
func (e *DifferError) Error() string {
	return fmt.Sprintf("two runs of seed %d differ: hash %016x, %s; hash %016x, %s",
		e.First.Seed, e.First.Hash, e.First.ending(), e.Second.Hash, e.Second.ending())
}
