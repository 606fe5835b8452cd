// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"cmp"
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

	"github.com/twinwire/twinwire/simulator"
)

// A packageScenario is the scenario that a test of a package gives to simulator.Test, such as ./lease#TestLease. The
// test binary is built, and driven by the environment.
type packageScenario struct{ pkg, test, format string }

// packageScenario reads the name of one.
func (f *subjectFlags) packageScenario() (p packageScenario, ok bool) {
	p, ok = packageScenarioNamed(f.Scenario)
	p.format = f.Format
	return p, ok
}

func packageScenarioNamed(name string) (p packageScenario, ok bool) {
	p.pkg, p.test, ok = strings.Cut(name, "#")
	return p, ok && p.pkg != "" && p.test != ""
}

// drive runs the test with settings such as SIM_SEED=7, and passes on what it says. It ends the program as the test ends.
func (p packageScenario) drive(t *terminal, settings ...string) error {
	if p.format == "json" {
		runs, said, err := p.outcomes(t, settings...)
		return p.report(t, err, runs, said)
	}
	return p.built(t, func(ctx context.Context, dir, binary string) error { return p.run(ctx, t, dir, binary, settings) })
}

// sweep is drive that leaves out the seeds that passed.
func (p packageScenario) sweep(t *terminal, settings ...string) error {
	if p.format == "json" {
		return p.drive(t, settings...)
	}
	lines := &sweepLines{out: t.out}
	defer lines.end()
	brief := *t
	brief.out = lines
	return p.drive(&brief, settings...)
}

// outcomes runs the test, and returns what it told of its runs, what it said, and how it ended.
func (p packageScenario) outcomes(t *terminal, settings ...string) (runs []simulator.TestOutcome, said string, err error) {
	var out bytes.Buffer
	quiet := *t
	quiet.out = &out
	err = p.built(t, func(ctx context.Context, dir, binary string) error {
		told := filepath.Join(filepath.Dir(binary), "outcomes")
		ended := p.run(ctx, &quiet, dir, binary, append(settings, "SIM_JSON="+told))
		var read error
		if runs, read = p.readOutcomes(told); read != nil {
			return read
		}
		return ended
	})
	return runs, out.String(), err
}

// built builds the test binary for use, which is called with the folder of the package.
func (p packageScenario) built(t *terminal, use func(ctx context.Context, dir, binary string) error) error {
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
	return use(ctx, dir, binary)
}

// build builds the test binary, and returns the folder of the package.
func (p packageScenario) build(ctx context.Context, t *terminal, binary string) (dir string, err error) {
	dir, err = p.dir(ctx)
	if err != nil {
		return "", err
	}
	build := exec.CommandContext(ctx, "go", "test", "-c", "-o", binary, p.pkg)
	build.Stdout, build.Stderr = t.err, t.err
	if err := build.Run(); err != nil {
		return "", fmt.Errorf("go test -c %s: %w", p.pkg, err)
	}
	if !exists(binary) {
		return "", fmt.Errorf("%s has no tests", p.pkg)
	}
	return dir, nil
}

// dir returns the folder of the package.
func (p packageScenario) dir(ctx context.Context) (string, error) {
	var said bytes.Buffer
	list := exec.CommandContext(ctx, "go", "list", "-f", "{{.Dir}}", p.pkg)
	list.Stderr = &said
	out, err := list.Output()
	if err != nil {
		if exists(p.pkg) && !strings.HasPrefix(p.pkg, ".") && !filepath.IsAbs(p.pkg) {
			return "", fmt.Errorf("no package %s: for the folder write ./%s#%s", p.pkg, p.pkg, p.test)
		}
		return "", fmt.Errorf("go list %s: %s", p.pkg, cmp.Or(strings.TrimSpace(said.String()), err.Error()))
	}
	return strings.TrimSpace(string(out)), nil
}

// file returns where a file is that is named as from here, or as from the folder of the package, as the test does.
func (p packageScenario) file(name string) (string, error) {
	if _, err := os.Stat(name); err != nil && !filepath.IsAbs(name) {
		if dir, err := p.dir(context.Background()); err == nil {
			if there := filepath.Join(dir, name); exists(there) {
				return there, nil
			}
		}
	}
	return filepath.Abs(name) //nolint:wrapcheck // it fails without a working directory only
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}

// What the test says when the program ends in a way of its own.
const (
	saysNoTest   = "testing: warning: no tests to run"
	saysDiffers  = " differ: hash "
	saysOtherWay = " went another way in a process of its own"
	saysPlan     = ": SIM_PLAN:"
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
	case says(saysPlan):
		return &exitError{code: exitUsage}
	case says(saysDiffers), says(saysOtherWay):
		return &exitError{code: exitNondeterministic}
	}
	return &exitError{code: exitFailed}
}
