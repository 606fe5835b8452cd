// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/pkg/errors"
)

// A packageScenario is the scenario that a test of a package gives to simulator.Test, such as ./lease#TestLease. The
// test binary is built, and driven by the environment.
type packageScenario struct{ pkg, test, format string }

// packageScenario reads the name of one.
func (f *subjectFlags) packageScenario() (p packageScenario, ok bool) {
	p.pkg, p.test, ok = strings.Cut(f.Scenario, "#")
	p.format = f.Format
	return p, ok && p.pkg != "" && p.test != ""
}

// drive runs the test with settings such as SIM_SEED=7, and passes on what it says. It ends the program as the test ends.
func (p packageScenario) drive(t *terminal, settings ...string) error {
	ctx, stop := interruptible()
	defer stop()
	tmp, err := os.MkdirTemp("", "simctl")
	if err != nil {
		return errors.WithStack(err)
	}
	defer os.RemoveAll(tmp) //nolint:errcheck // it is the system's folder for what nobody needs
	binary := filepath.Join(tmp, "scenario.test")
	dir, err := p.build(ctx, t, binary)
	switch {
	case ctx.Err() != nil:
		return &exitError{code: exitInterrupted, err: errInterrupted}
	case err != nil:
		return usageError(err)
	}
	if p.format != "json" {
		return p.run(ctx, t, dir, binary, settings)
	}
	told := filepath.Join(tmp, "outcomes")
	var said bytes.Buffer
	quiet := *t
	quiet.out = &said
	return p.report(t, p.run(ctx, &quiet, dir, binary, append(settings, "SIM_JSON="+told)), told, said.String())
}

// build builds the test binary, and returns the folder of the package.
func (p packageScenario) build(ctx context.Context, t *terminal, binary string) (dir string, err error) {
	list := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", p.pkg)
	list.Stderr = t.err
	out, err := list.Output()
	if err != nil {
		return "", fmt.Errorf("go list %s: %w", p.pkg, err)
	}
	build := exec.CommandContext(ctx, "go", "test", "-c", "-o", binary, p.pkg)
	build.Stdout, build.Stderr = t.err, t.err
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("go test -c %s: %w", p.pkg, err)
	}
	if _, err := os.Stat(binary); err != nil {
		return "", fmt.Errorf("%s has no tests", p.pkg)
	}
	return strings.TrimSpace(string(out)), nil
}

// What the test says when the program ends in a way of its own.
const (
	saysNoTest   = "testing: warning: no tests to run"
	saysDiffers  = " differ: hash "
	saysOtherWay = " went another way in a process of its own"
)

// run runs the test.
func (p packageScenario) run(ctx context.Context, t *terminal, dir, binary string, settings []string) error {
	levels := strings.Split(p.test, "/")
	for i, l := range levels {
		levels[i] = "^" + regexp.QuoteMeta(l) + "$"
	}
	cmd := exec.CommandContext(ctx, binary, "-test.run", strings.Join(levels, "/"), "-test.count", "1", "-test.timeout", "0", "-test.v")
	cmd.Dir = dir
	cmd.Env = append(slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "SIM_") }), settings...)
	var said, saidOnErr bytes.Buffer
	cmd.Stdout, cmd.Stderr = io.MultiWriter(t.out, &said), io.MultiWriter(t.err, &saidOnErr)
	err := cmd.Run()
	says := func(text string) bool { return bytes.Contains(said.Bytes(), []byte(text)) }
	switch {
	case ctx.Err() != nil:
		return &exitError{code: exitInterrupted, err: errInterrupted}
	case bytes.Contains(saidOnErr.Bytes(), []byte(saysNoTest)):
		return usageError(fmt.Errorf("%s has no test %s", p.pkg, p.test))
	case err == nil:
		return nil
	case says(saysDiffers), says(saysOtherWay):
		return &exitError{code: exitNondeterministic}
	}
	return &exitError{code: exitFailed}
}

// settings are what the environment says of a run.
func (f *failureFlags) settings() ([]string, error) {
	var all []string
	if f.Faults != defaultFaults {
		all = append(all, "SIM_FAULTS="+f.Faults)
	}
	if f.Tape == "" {
		return append(all, fmt.Sprintf("SIM_SEEDS=%d-%d", f.Seed, f.Seed)), nil // as in a sweep
	}
	tape, err := filepath.Abs(f.Tape) // the test runs elsewhere
	return append(all, "SIM_TAPE="+tape), errors.WithStack(err)
}

// drive runs the test of the scenario, if it is one of a package, and reports whether it is.
func (f *failureFlags) drive(t *terminal, more ...string) (driven bool, err error) {
	p, ok := f.packageScenario()
	if !ok {
		return false, nil
	}
	settings, err := f.settings()
	if err != nil {
		return true, err
	}
	return true, p.drive(t, append(settings, more...)...)
}
