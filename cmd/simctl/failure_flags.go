// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/twinwire/twinwire/simulator"
)

// failureFlags name one run of a scenario.
type failureFlags struct {
	subjectFlags
	Seed uint64 `default:"1" placeholder:"N" help:"The seed of the run (${default})."`
	Tape string `placeholder:"FILE" xor:"from" help:"The tape of the run, such as that of a shrunk failure, instead of a seed."`
	Plan string `placeholder:"FILE" xor:"from" help:"What strikes the run, instead of a profile: such as a recorded plan that was edited."`
}

// errReplayOverTCP says why there is no such run.
var errReplayOverTCP = errors.New("--network tcp: a seed repeats nothing over real TCP")

// Validate reports what is wrong with the values. Kong calls it.
func (f *failureFlags) Validate() error {
	if f.Network == "tcp" {
		return errReplayOverTCP
	}
	return f.subjectFlags.Validate()
}

// validateEffort is Validate for a verb that also says for how long, and how much at a time.
func (f *failureFlags) validateEffort(limit time.Duration, jobs int) error {
	if limit <= 0 || jobs < 0 {
		return fmt.Errorf("--time %v --jobs %d: want a time, and no number of jobs below 0", limit, jobs)
	}
	return f.Validate()
}

// ownFiles refuses a flag that names a file which the test of a package names itself.
func (f *failureFlags) ownFiles(flag, value string) error {
	if _, ok := f.packageScenario(); ok && value != "" {
		return fmt.Errorf("%s %s: the test keeps its files itself, in testdata/sim of its package", flag, value)
	}
	return nil
}

// processors are the settings that have a test make so many runs at a time; 0: as many as there are cores.
func processors(jobs int) []string {
	if jobs == 0 {
		return nil
	}
	return []string{fmt.Sprintf("GOMAXPROCS=%d", jobs)}
}

// run returns what is run, and how.
func (f *failureFlags) run() (subject, simulator.RunConfig, error) {
	s, err := f.subject()
	if err != nil {
		return s, simulator.RunConfig{}, err
	}
	cfg, err := f.config(s)
	return s, cfg, err
}

// config returns the run, and how to repeat it. What strikes scenarios without a profile of their own is that of a sweep.
func (f *failureFlags) config(s subject) (simulator.RunConfig, error) {
	cfg := simulator.RunConfig{Seed: f.Seed, Faults: s.instead, Replay: s.replaySeed(f.Seed)}
	var err error
	switch {
	case f.Tape != "":
		cfg.Replay = s.replayTape(f.Tape)
		cfg.Tape, err = readTape(f.Tape)
	case f.Plan != "":
		cfg.Replay = s.replayPlan(f.Plan, f.Seed)
		cfg.Plan, err = readFaultPlan(f.Plan, s.scenario().ParsePlan)
	case cfg.Faults.Name == "" && s.scenario().Faults.Name == "":
		cfg.Faults = simulator.Swarm()
	}
	return cfg, err
}

// readTape reads the tape of a file. What is wrong with it is a mistake of the command line.
func readTape(file string) (*simulator.Tape, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, usageError(fmt.Errorf("--tape %s: %w", file, pathCause(err)))
	}
	tape, err := simulator.ParseTape(string(text))
	switch {
	case err == nil:
		return tape, nil
	case strings.HasPrefix(string(text), "plan "):
		return nil, usageError(fmt.Errorf("--tape %s: that is a plan: want --plan %s", file, file))
	}
	return nil, usageError(fmt.Errorf("--tape %s: %w", file, err))
}

// readFaultPlan is readTape for plans.
func readFaultPlan(file string, parse func(name, text string) (simulator.Plan, error)) (*simulator.Plan, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, usageError(fmt.Errorf("--plan %s: %w", file, pathCause(err)))
	}
	plan, err := parse(file, string(text))
	switch {
	case err == nil:
		return &plan, nil
	case strings.HasPrefix(string(text), "twinwire tape "):
		return nil, usageError(fmt.Errorf("--plan %s: that is a tape: want --tape %s", file, file))
	}
	return nil, usageError(fmt.Errorf("--plan:\n%w", err))
}

// settings are what the environment says of a run.
func (f *failureFlags) settings(p packageScenario) ([]string, error) {
	var all []string
	if f.Faults != defaultFaults {
		all = append(all, "SIM_FAULTS="+f.Faults)
	}
	if f.Tape != "" {
		tape, err := p.file(f.Tape)
		if err == nil {
			_, err = readTape(tape)
		}
		return append(all, "SIM_TAPE="+tape), err
	}
	all = append(all, fmt.Sprintf("SIM_SEEDS=%d-%d", f.Seed, f.Seed)) // as in a sweep
	if f.Plan == "" {
		return all, nil
	}
	plan, err := p.file(f.Plan)
	if err == nil {
		_, err = readFaultPlan(plan, simulator.ParsePlan)
	}
	return append(all, "SIM_PLAN="+plan), err
}

// drive runs the test of the scenario, if it is one of a package, and reports whether it is.
func (f *failureFlags) drive(t *terminal, more ...string) (driven bool, err error) {
	p, ok := f.packageScenario()
	if !ok {
		return false, nil
	}
	settings, err := f.settings(p)
	if err != nil {
		return true, err
	}
	return true, p.drive(t, append(settings, more...)...)
}
