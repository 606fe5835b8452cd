// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/twinwire/twinwire/simulator"
)

// hashesCmd prints what each scenario comes to with each seed, for comparison with other processes and builds.
type hashesCmd struct {
	Seeds string `default:"1-20" env:"SIM_SEEDS" placeholder:"A-B" help:"The seeds, both ends included (${default})."`
	Only  string `placeholder:"TEXT" help:"Only the scenarios whose name contains this."`

	seeds simulator.Seeds
}

// Validate reports what is wrong with the values. Kong calls it.
func (c *hashesCmd) Validate() (err error) {
	c.seeds, err = simulator.ParseSeeds(c.Seeds)
	return err
}

// Run is the verb.
func (c *hashesCmd) Run(t *terminal) error {
	collectSeldom()
	for _, s := range hashSubjects() {
		if !strings.Contains(s.name, c.Only) {
			continue
		}
		if err := c.print(t.out, s); err != nil {
			return err
		}
	}
	return nil
}

// print runs the seeds of a scenario, as many at a time as the runtime uses processors, and prints them in order.
func (c *hashesCmd) print(out io.Writer, s hashSubject) error {
	lines := make([]string, c.seeds.Count())
	var next atomic.Uint64
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for i := next.Add(1) - 1; i < uint64(len(lines)); i = next.Add(1) - 1 {
				seed := c.seeds.First + i
				res := simulator.Run(simulator.RunConfig{Seed: seed}, s.scenario)
				lines[i] = fmt.Sprintf("%s %d %016x %v", s.name, seed, res.Hash, res.Verdict)
			}
		})
	}
	workers.Wait()
	for _, line := range lines {
		if _, err := fmt.Fprintln(out, line); err != nil {
			return err
		}
	}
	return nil
}
