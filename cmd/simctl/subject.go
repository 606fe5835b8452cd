// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/twinwire/twinwire/simulator"
	"github.com/twinwire/twinwire/simulator/shuffle"
	"github.com/twinwire/twinwire/simulator/zoo"
)

// shuffleScenario is the name of the scenario whose flags the others do not heed.
const shuffleScenario = "shuffle"

// subjectFlags name a scenario of the simulated world, and say how it is run.
type subjectFlags struct {
	Scenario string `arg:"" help:"The scenario: shuffle, a bug of the zoo, as simctl list names them, or that of a test, such as ./lease#TestLease."`
	shuffleFlags
	Want string `hidden:"" help:"The SHA-256 that a shuffle must come to; by itself it is what a plain count comes to."`

	done func(shuffle.Outcome) // is told what a shuffle came to
}

// Validate reports what is wrong with the values. Kong calls it.
func (f *subjectFlags) Validate() error {
	_, bug := bugNamed(f.Scenario)
	if _, ofPackage := f.packageScenario(); f.Scenario != shuffleScenario && !bug && !ofPackage {
		if exists(f.Scenario) {
			return fmt.Errorf("no scenario %q: for that of a test of the package write PACKAGE#TEST, such as %s#TestLease", f.Scenario, f.Scenario)
		}
		return fmt.Errorf("no scenario %q: must be one of %s, or PACKAGE#TEST", f.Scenario, strings.Join(scenarioNames(), ", "))
	}
	return f.shuffleFlags.Validate()
}

// scenarioNames are what a subject can be.
func scenarioNames() []string {
	var names []string
	for _, b := range zoo.Bugs() {
		names = append(names, b.Name)
	}
	return append([]string{shuffleScenario}, slices.Sorted(slices.Values(names))...)
}

// A subject is a scenario, ready to run.
type subject struct {
	scenario  func() simulator.Scenario
	arguments string // the command line that names it, for another verb
	want      string // of a shuffle

	instead simulator.Profile // what strikes instead of the scenario's own; the zero value: nothing
}

// replaySeed returns the command that repeats a seed.
func (s subject) replaySeed(seed uint64) string {
	return fmt.Sprintf("simctl replay %s --seed %d", s.arguments, seed)
}

// replayTape returns the command that repeats a tape.
func (s subject) replayTape(file string) string {
	return fmt.Sprintf("simctl replay %s --tape %s", s.arguments, quote(file))
}

// replayPlan returns the command that repeats a run of a plan, which may have a seed of its own.
func (s subject) replayPlan(file string, seed uint64) string {
	return fmt.Sprintf("simctl replay %s --plan %s --seed %d", s.arguments, quote(file), seed)
}

// subject makes the scenario. A shuffle must come to what a plain count comes to.
func (f *subjectFlags) subject() (subject, error) {
	if b, bug := bugNamed(f.Scenario); bug {
		s := subject{scenario: b.Broken, arguments: f.Scenario + f.shuffleFlags.arguments()}
		var err error
		if f.Faults != defaultFaults {
			s.instead, err = f.profile()
		}
		return s, err
	}
	places, err := f.places()
	if err != nil {
		return subject{}, err
	}
	profile, err := f.profile()
	if err != nil {
		return subject{}, err
	}
	job := f.job(places)
	job.Done = f.done
	if job.Want = f.Want; job.Want == "" {
		if plain, err := countPlain(places, job); err == nil {
			job.Want = plain.SHA256
		}
	}
	input := mount(places)
	return subject{
		scenario:  func() simulator.Scenario { return shuffle.Scenario(job, profile, input) },
		arguments: shuffleScenario + f.shuffleFlags.arguments(), want: job.Want,
	}, nil
}
