// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/twinwire/twinwire/conformance"
)

// checkCmd checks that both transports keep their promises, and that simulated runs repeat.
type checkCmd struct {
	Network  string `default:"both" enum:"both,memnet,tcp" help:"Which transports are checked: ${enum}."`
	Mutant   string `placeholder:"NAME" help:"Check an implementation that is broken on purpose; see list. It is to be found out."`
	Property string `placeholder:"TEXT" help:"Check only the properties whose family and name contain this."`
	Seed     uint64 `placeholder:"N" help:"Where the drawing of cases starts."`
	Cases    int    `placeholder:"N" help:"How many cases each property gets; by default what suits the transport."`

	mutant conformance.Mutant
}

// Validate reports what is wrong with the values. Kong calls it.
func (c *checkCmd) Validate() error {
	if c.Cases < 0 {
		return fmt.Errorf("--cases is %d, want at least 0", c.Cases)
	}
	if c.Mutant != "" {
		all := conformance.Mutants()
		i := slices.IndexFunc(all, func(m conformance.Mutant) bool { return m.Name == c.Mutant })
		if i < 0 {
			return fmt.Errorf("--mutant %s: there is none of that name; see simctl list", c.Mutant)
		}
		c.mutant = all[i]
	}
	if !slices.ContainsFunc(conformance.Properties(), c.selects) {
		return fmt.Errorf("--property %s: no property has that in its name", c.Property)
	}
	return nil
}

func (c *checkCmd) selects(p conformance.Property) bool {
	return strings.Contains(p.Family+": "+p.Name, c.Property)
}

// harnesses are the transports to check. A mutant is as broken on one as on the other, so the fast one will do.
func (c *checkCmd) harnesses() []conformance.Harness {
	var hs []conformance.Harness
	if c.Network != "tcp" {
		hs = append(hs, memnetHarness())
	}
	if c.Network == "tcp" || c.Network == "both" && c.Mutant == "" {
		hs = append(hs, tcpHarness())
	}
	if c.Mutant != "" {
		for i, h := range hs {
			hs[i] = c.mutant.Wrap(h)
		}
	}
	return hs
}

// Run is the verb.
func (c *checkCmd) Run(t *terminal) error {
	ctx, stop := interruptible()
	defer stop()
	ended := make(chan error, 1)
	go func() { ended <- c.check(t) }()
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
		return &exitError{code: exitInterrupted, err: errInterrupted}
	}
}

func (c *checkCmd) check(t *terminal) error {
	began := time.Now()
	if c.Mutant != "" {
		fmt.Fprintf(t.out, "mutant %s: %s\n\n", c.mutant.Name, c.mutant.About)
	}
	var red []string
	for _, h := range c.harnesses() {
		r := c.conform(t, h)
		if err := r.WriteTable(t.out); err != nil {
			return err
		}
		fmt.Fprintln(t.out)
		for _, name := range r.Broken() {
			red = append(red, h.Name+": "+name)
		}
	}
	code := exitFailed
	if c.Mutant == "" && c.Property == "" && c.Network != "tcp" {
		if differs := checkDeterminism(t); differs != "" {
			red = append(red, differs)
			code = exitNondeterministic
		}
	}
	if len(red) == 0 {
		fmt.Fprintf(t.out, "all green in %s\n", seconds(time.Since(began).Milliseconds()))
		return nil
	}
	for _, what := range red {
		fmt.Fprintln(t.out, "red:", what)
	}
	return &exitError{code: code}
}

// conform holds one transport to its promises.
func (c *checkCmd) conform(t *terminal, h conformance.Harness) conformance.Report {
	status := newStatusLine(t)
	defer status.clear()
	return conformance.Check(h, conformance.Options{
		Seed: c.Seed, Cases: c.Cases, Property: c.Property,
		Progress: func(row conformance.Row) { status.set("%s, %s: %s", h.Name, row.Property.Family, row.Property.Name) },
		Repeat: func(harness, property string, seed uint64) string {
			line := fmt.Sprintf("simctl check --network %s --property %s --seed %d", harness, quote(property), seed)
			if c.Mutant != "" {
				line += " --mutant " + quote(c.Mutant)
			}
			return line
		},
	})
}
