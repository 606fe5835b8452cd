// SPDX-License-Identifier: Apache-2.0

package shuffle_test

import (
	"fmt"
	"testing/fstest"

	"github.com/twinwire/twinwire/simulator"
	"github.com/twinwire/twinwire/simulator/shuffle"
)

// A word count in a hostile simulated world: executors crash, connections are cut, and the counts are right.
func Example() {
	input := []simulator.Mount{{Name: "input", FS: fstest.MapFS{
		"rose.txt": {Data: []byte("Rose is a rose is a rose is a rose.")},
	}}}
	job := shuffle.Job{Inputs: []shuffle.Input{{Path: "input"}}, Done: func(o shuffle.Outcome) {
		for _, w := range o.Summary.Top {
			fmt.Println(w.Count, w.Word)
		}
	}}
	result := simulator.Run(simulator.RunConfig{Seed: 42}, func() simulator.Scenario {
		return shuffle.Scenario(job, simulator.Hostile(), input)
	})
	fmt.Println(result.Verdict)
	// Output:
	// 4 rose
	// 3 a
	// 3 is
	// passed
}
