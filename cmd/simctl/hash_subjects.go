// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing/fstest"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/simulator"
	"github.com/twinwire/twinwire/simulator/shuffle"
	"github.com/twinwire/twinwire/simulator/transfer"
	"github.com/twinwire/twinwire/simulator/zoo"
)

// A hashSubject is a scenario of which hashes are printed.
type hashSubject struct {
	name     string // two words: scenario, and profile or variant
	scenario func() simulator.Scenario
}

// hashSubjects are all scenarios there are, under all profiles that they take.
func hashSubjects() []hashSubject {
	job, input := smallShuffle()
	var all []hashSubject
	for _, p := range fault.Profiles() {
		all = append(all,
			hashSubject{"shuffle " + p.Name, func() simulator.Scenario { return shuffle.Scenario(job, p, input) }},
			hashSubject{"transfer " + p.Name, func() simulator.Scenario { return transfer.Short(p) }})
	}
	for _, b := range zoo.Bugs() {
		all = append(all, hashSubject{b.Name + " broken", b.Broken}, hashSubject{b.Name + " right", b.Right})
	}
	return all
}

// smallShuffle is a shuffle of a few words, in as few tasks as show all that a shuffle does.
func smallShuffle() (shuffle.Job, []simulator.Mount) {
	input := []simulator.Mount{{Name: "input/0", FS: fstest.MapFS{
		"a.txt": {Data: []byte(strings.Repeat("the same seed is the same run ", 40))},
		"b.txt": {Data: []byte(strings.Repeat("on any machine, however many cores it has\n", 40))},
	}}}
	return shuffle.Job{Inputs: []shuffle.Input{{Path: "input/0"}}, Executors: 3, Partitions: 3}, input
}
