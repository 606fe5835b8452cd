// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/pkg/errors"

	"github.com/twinwire/twinwire/simulator"
	"github.com/twinwire/twinwire/simulator/zoo"
)

// zooCmd examines the search for failures with bugs it must find.
type zooCmd struct {
	Bugs   []string      `arg:"" optional:"" help:"Names of bugs (all)."`
	Seeds  uint64        `default:"2000" placeholder:"N" help:"In how many seeds a bug must be found (${default})."`
	Twins  uint64        `default:"20000" placeholder:"N" help:"In how many seeds its right twin must pass (${default})."`
	Shrink time.Duration `default:"10s" help:"How long to shrink a failure (${default})."`
	Report bool          `help:"Print the report of each failure too."`
}

// Validate reports what is wrong with the values. Kong calls it.
func (c *zooCmd) Validate() error {
	if c.Seeds == 0 || c.Twins == 0 {
		return errors.New("--seeds and --twins must be at least 1")
	}
	for _, name := range c.Bugs {
		if _, ok := bugNamed(name); !ok {
			return fmt.Errorf("no bug %q in the zoo; simctl list shows them", name)
		}
	}
	return nil
}

func bugNamed(name string) (zoo.Bug, bool) {
	for _, b := range zoo.Bugs() {
		if b.Name == name {
			return b, true
		}
	}
	return zoo.Bug{}, false
}

// Run is the verb.
func (c *zooCmd) Run(t *terminal) error {
	collectSeldom()
	ctx, stop := interruptible()
	defer stop()
	names := c.Bugs
	if len(names) == 0 {
		for _, b := range zoo.Bugs() {
			names = append(names, b.Name)
		}
	}
	began, bad := time.Now(), 0
	var reports strings.Builder
	table := newZooTable(t.out)
	for _, name := range names {
		b, _ := bugNamed(name)
		m, err := zoo.Examine(b, zoo.ExamConfig{
			Seeds: c.Seeds, TwinSeeds: c.Twins, Shrink: c.Shrink,
			Elsewhere: func(b zoo.Bug, tape *simulator.Tape) (uint64, error) { return repeatBug(ctx, b, tape) },
		})
		if ctx.Err() != nil {
			return &exitError{code: exitInterrupted, err: errInterrupted}
		}
		if err != nil {
			bad++
		}
		table.row(m, c.Twins, err)
		fmt.Fprintf(&reports, "\n%s: %s\n%s\n", b.Name, b.Story, m.Report)
	}
	fmt.Fprintf(t.out, "%d of %d as they should be, in %.1f s\n", len(names)-bad, len(names), time.Since(began).Seconds())
	if c.Report {
		fmt.Fprint(t.out, reports.String())
	}
	if bad > 0 {
		return &exitError{code: exitFailed}
	}
	return nil
}

// zooTable prints a row as soon as it is known, in columns that are wide enough.
type zooTable struct{ out io.Writer }

func newZooTable(out io.Writer) zooTable {
	t := zooTable{out}
	t.line("bug", "seeds to find", "steps", "faults", "hosts", "operations", "twin", "seconds", "result")
	return t
}

func (t zooTable) line(bug string, cells ...any) {
	w := tabwriter.NewWriter(t.out, 15, 0, 2, ' ', 0)
	fmt.Fprintf(w, "%-22s\t", bug)
	for i, cell := range cells {
		if i > 0 {
			fmt.Fprint(w, "\t")
		}
		fmt.Fprint(w, cell)
	}
	fmt.Fprintln(w)
	_ = w.Flush() // what cannot be printed is missing on the screen
}

func (t zooTable) row(m zoo.Marks, twins uint64, err error) {
	result := "ok"
	if err != nil {
		result = "FAIL " + err.Error()
	}
	change := func(before, after any) string { return fmt.Sprintf("%v > %v", before, after) }
	t.line(m.Bug, m.Seed, change(m.Before.Steps, m.After.Steps), change(m.Before.Faults, m.After.Faults), change(m.Before.Hosts, m.After.Hosts),
		change(m.Before.Operations, m.After.Operations), thousands(twins), fmt.Sprintf("%.1f", m.Wall.Seconds()), result)
}

// repeatBug runs a tape of a bug in a process of its own.
func repeatBug(ctx context.Context, b zoo.Bug, tape *simulator.Tape) (hash uint64, err error) {
	got, err := subjectFlags{Scenario: b.Name, shuffleFlags: shuffleFlags{Faults: defaultFaults}}.elsewhere(ctx, tape)
	if err == nil && got.Signature == "" {
		err = errors.New("it passed in a process of its own")
	}
	return got.Hash, err
}
