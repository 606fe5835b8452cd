// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"strings"
	"testing/fstest"

	"github.com/twinwire/twinwire/simulator"
	"github.com/twinwire/twinwire/simulator/shuffle"
)

// determinismSeeds is how many seeds are run twice.
const determinismSeeds = 25

// checkDeterminism runs seeds of the shuffle under hostile faults twice each and says what differed, if anything.
func checkDeterminism(t *terminal) (differs string) {
	input := []simulator.Mount{{Name: "input/0", FS: fstest.MapFS{
		"a.txt": {Data: []byte(strings.Repeat("the same seed is the same run ", 400))},
		"b.txt": {Data: []byte(strings.Repeat("on any machine, however many cores it has\n", 400))},
	}}}
	job := shuffle.Job{Inputs: []shuffle.Input{{Path: "input/0"}}}
	hashes := map[uint64]bool{}
	for seed := uint64(1); seed <= determinismSeeds; seed++ {
		replay := fmt.Sprintf("simctl replay shuffle --seed %d --faults hostile", seed)
		res := simulator.Run(simulator.RunConfig{Seed: seed, Twice: true, Replay: replay}, func() simulator.Scenario {
			return shuffle.Scenario(job, simulator.Hostile(), input)
		})
		if !res.Verdict.OK() {
			fmt.Fprintln(t.out, res.Report())
			return "determinism: " + res.String()
		}
		hashes[res.Hash] = true
	}
	fmt.Fprintf(t.out, "determinism: %d seeds of scenario shuffle, faults hostile, each run twice: every run repeats; %d different trace hashes\n",
		determinismSeeds, len(hashes))
	return ""
}
