// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/twinwire/twinwire/simulator"
)

// hashesCmd prints what each scenario comes to with each seed, for comparison with other processes and builds.
type hashesCmd struct {
	Scenario string `arg:"" optional:"" help:"Only that of a test, such as ./lease#TestLease. None: all that simctl has."`

	Seeds string `default:"1-20" env:"SIM_SEEDS" placeholder:"A-B" help:"The seeds, both ends included (${default})."`
	Only  string `placeholder:"TEXT" help:"Only the scenarios whose name contains this."`

	seeds simulator.Seeds
}

// Validate reports what is wrong with the values. Kong calls it.
func (c *hashesCmd) Validate() (err error) {
	if c.seeds, err = simulator.ParseSeeds(c.Seeds); err != nil {
		return err
	}
	if _, ok := packageScenarioNamed(c.Scenario); !ok && c.Scenario != "" {
		return fmt.Errorf("no test %q: want PACKAGE#TEST, such as ./lease#TestLease; the scenarios of simctl are picked with --only", c.Scenario)
	}
	return nil
}

// Run is the verb.
func (c *hashesCmd) Run(t *terminal) error {
	collectSeldom()
	if p, ok := packageScenarioNamed(c.Scenario); ok {
		return c.printTest(t, p)
	}
	subjects := slices.DeleteFunc(hashSubjects(), func(s hashSubject) bool { return !strings.Contains(s.name, c.Only) })
	if len(subjects) == 0 {
		return usageError(fmt.Errorf("--only %s: no scenario has that in its name", c.Only))
	}
	for _, s := range subjects {
		if err := c.print(t.out, s); err != nil {
			return err
		}
	}
	return nil
}

// printTest prints what the seeds of a test come to. That one fails is no failure.
func (c *hashesCmd) printTest(t *terminal, p packageScenario) error {
	runs, said, err := p.outcomes(t, "SIM_SEEDS="+c.seeds.String(), "SIM_SHRINK=0")
	if exit, ok := errors.AsType[*exitError](err); err != nil && (!ok || exit.code != exitFailed || len(runs) == 0) {
		fmt.Fprint(t.err, said)
		return err
	}
	for _, o := range runs {
		if _, err := fmt.Fprintf(t.out, "%s %d %s %s\n", o.Test, o.Seed, o.TraceHash, o.Verdict); err != nil {
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
