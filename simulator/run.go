// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"time"

	"github.com/twinwire/twinwire/memnet"
)

// RunConfig says which run to make of a scenario. The zero value is usable.
type RunConfig struct {
	// Seed picks the run. Any number, 0 too, is a seed.
	Seed uint64
	// Tape is what the run takes its choices from, instead of Seed. Nil: none.
	Tape *Tape
	// Faults is what strikes instead of the scenario's own profile, whose safe hosts stay safe. The zero value: nothing.
	Faults Profile
	// Plan is what strikes instead of any profile; its seed, if it has one, replaces Seed. Nil: none.
	Plan *Plan
	// Record keeps the choices and faults of the run, for Result.Tape and Result.Plan.
	Record bool
	// Strategy says which task goes on, unless Tape says it. The zero value is memnet.ByHash.
	Strategy memnet.Strategy
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

	search    bool                         // a scenario that has no profile of its own gets that of a search
	observe   func(memnet.Sighting)        // takes in what happens in the first run; nil: nothing does
	elsewhere bool                         // a run in which a task ended a test of package testing is not made again here
	probe     func(c memnet.SeamCall) bool // see memnet.Config.Probe
	origins   bool                         // note what made the tasks, timers and connections
	unchecked bool                         // whether something is left at the end
	brief     bool                         // nobody looks at where tasks are parked
	verify    bool                         // see memnet.Config.Verify

	_ struct{}
}

const defaultTrace = 24

// Run makes one run of a scenario, on the calling goroutine, and a second one when the first one fails. It calls
// scenario once for each.
func Run(cfg RunConfig, scenario func() Scenario) Result {
	first := runOnce(cfg, scenario())
	if first.Verdict == Stalled || first.Signature == signatureScenario || first.Verdict.OK() && !cfg.Twice {
		return first
	}
	if cfg.elsewhere && first.exitedTest() {
		return first
	}
	cfg.Record, cfg.observe, cfg.origins, cfg.brief, cfg.verify = false, nil, true, true, false
	second := runOnce(cfg, scenario())
	first.Second = &second
	if first.leaked() && first.same(second) {
		first.Err = second.Err // it tells where what is left was made
	}
	if !first.same(second) {
		first.Err = &DifferError{First: first, Second: second, divergence: diverge(cfg, scenario)}
		first.Verdict, first.Signature = Nondeterministic, "two runs differ"
	}
	return first
}

func runOnce(cfg RunConfig, sc Scenario) Result {
	began := time.Now()
	if cfg.Trace <= 0 {
		cfg.Trace = defaultTrace
	}
	cfg.Faults = cfg.ownProfile(sc)
	sc = sc.withDefaults()
	if cfg.Tape != nil {
		cfg.Seed = cfg.Tape.Seed
	}
	res := Result{Scenario: sc.Name, Seed: cfg.Seed, Replay: cfg.Replay}
	if err := cfg.takeProfile(); err != nil {
		res.Verdict, res.Err, res.Signature = Failed, err, signatureScenario
		return res
	}
	if cfg.Plan != nil && cfg.Plan.Seed != nil {
		res.Seed = *cfg.Plan.Seed
	}
	if cfg.Faults.Name != "" {
		cfg.Faults.SafeHosts = sc.Faults.SafeHosts
		sc.Faults = cfg.Faults
	}
	if err := sc.validate(); err != nil {
		res.Verdict, res.Err, res.Signature = Failed, err, signatureScenario
		return res
	}
	cuts, err := cutsOf(cfg.Tape, sc)
	if err != nil {
		res.Verdict, res.Err, res.Signature = Failed, err, signatureScenario
		return res
	}
	newStage(cfg, sc, cuts).play(&res)
	res.wall = time.Since(began)
	return res
}

// ownProfile returns what strikes instead of the scenario's profile. The zero value: nothing.
func (c *RunConfig) ownProfile(sc Scenario) Profile {
	if c.search && c.Faults.Name == "" && !sc.hasFaults() {
		return Swarm()
	}
	return c.Faults
}

// takeProfile takes the profile of the run that the tape is of.
func (c *RunConfig) takeProfile() (err error) {
	if c.Tape == nil || c.Faults.Name != "" {
		return nil
	}
	if name := c.Tape.Note(noteFaults); name != "" {
		c.Faults, err = ProfileByName(name)
	}
	return err
}

// DifferError says that two runs of one seed were not the same run, and how each ended.
type DifferError struct {
	First, Second Result

	divergence divergence
}

// Error names both hashes and how both runs ended.
func (e *DifferError) Error() string {
	return fmt.Sprintf("two runs of seed %d differ: hash %016x, %s; hash %016x, %s",
		e.First.Seed, e.First.Hash, e.First.ending(), e.Second.Hash, e.Second.ending())
}
