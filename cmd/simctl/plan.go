// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"os"

	"github.com/pkg/errors"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
)

// planCmd works on fault plans.
type planCmd struct {
	Lint planLintCmd `cmd:"" help:"Say what is wrong with fault plans."`
	Fmt  planFmtCmd  `cmd:"" help:"Print a fault plan in its canonical form."`
	TCP  planTCPCmd  `cmd:"" name:"tcp" help:"Say which entries a fault plan's TCP proxy cannot do."`
}

// planTCPCmd says what of a plan is left out over real connections.
type planTCPCmd struct {
	File string `arg:"" help:"The plan; - is stdin."`
	From string `required:"" placeholder:"HOST" help:"The host that connects."`
	To   string `required:"" placeholder:"HOST" help:"The host it connects to."`
}

// Run is the verb.
func (c *planTCPCmd) Run(t *terminal) error {
	p, err := parsePlan(t, c.File)
	if err != nil {
		return err
	}
	_, skipped := fault.PlanFor(p, c.From, c.To)
	for _, s := range skipped {
		fmt.Fprintln(t.out, s)
	}
	return nil
}

// parsePlan reads and parses a plan; what is wrong with it is told.
func parsePlan(t *terminal, name string) (plan.Plan, error) {
	text, err := readPlan(t, name)
	if err != nil {
		return plan.Plan{}, usageError(err)
	}
	p, err := plan.Parse(name, text)
	if err != nil {
		fmt.Fprintln(t.err, err)
		return p, &exitError{code: exitFailed}
	}
	return p, nil
}

// planLintCmd says what is wrong with plans.
type planLintCmd struct {
	Files []string `arg:"" help:"Plans; - is stdin."`
}

// Run is the verb.
func (c *planLintCmd) Run(t *terminal) error {
	bad := false
	for _, name := range c.Files {
		text, err := readPlan(t, name)
		if err != nil {
			return usageError(err)
		}
		if _, err := plan.Parse(name, text); err != nil {
			bad = true
			fmt.Fprintln(t.err, err)
		}
	}
	if bad {
		return &exitError{code: exitFailed}
	}
	return nil
}

// planFmtCmd prints a plan.
type planFmtCmd struct {
	File string `arg:"" help:"The plan; - is stdin."`
}

// Run is the verb.
func (c *planFmtCmd) Run(t *terminal) error {
	p, err := parsePlan(t, c.File)
	if err != nil {
		return err
	}
	fmt.Fprint(t.out, p)
	return nil
}

func readPlan(t *terminal, name string) (string, error) {
	if name == "-" {
		text, err := io.ReadAll(t.in)
		return string(text), errors.WithStack(err)
	}
	text, err := os.ReadFile(name)
	return string(text), errors.WithStack(err)
}
