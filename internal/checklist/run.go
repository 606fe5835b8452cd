// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"os/exec"
	"slices"
	"strings"

	"github.com/pkg/errors"
)

// verdicts is how each test ended that was asked for, and for each package with
// a test that did not pass what it printed.
type verdicts struct {
	of     map[testName]verdict
	output map[string]string
}

// runTests runs the tests, package by package, in the module at dir.
func runTests(ctx context.Context, dir string, tests []testName) (verdicts, error) {
	all := verdicts{of: map[testName]verdict{}, output: map[string]string{}}
	byPkg := map[string][]string{}
	for _, t := range tests {
		if !slices.Contains(byPkg[t.pkg], t.name) {
			byPkg[t.pkg] = append(byPkg[t.pkg], t.name)
		}
	}
	for pkg, names := range byPkg {
		l, output, err := runPackage(ctx, dir, pkg, names)
		if err != nil {
			return verdicts{}, err
		}
		for _, name := range names {
			v := l.verdict(name)
			all.of[testName{pkg, name}] = v
			if v != passed {
				all.output[pkg] = output
			}
		}
	}
	return all, nil
}

// runPackage runs the named tests of one package. That go test fails is no
// error; that it cannot be started, or prints what is not a log, is one.
func runPackage(ctx context.Context, dir, pkg string, names []string) (testLog, string, error) {
	pattern := "^(" + strings.Join(names, "|") + ")$"
	cmd := exec.CommandContext(ctx, "go", "test", "-json", "-count=1", "-run", pattern, "./"+pkg)
	var stdout, stderr bytes.Buffer
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &stdout, &stderr
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return testLog{}, "", errors.Wrap(err, "go test "+pkg)
	}
	l, logErr := readLog(&stdout)
	if logErr != nil {
		return testLog{}, "", errors.WithMessage(logErr, "go test "+pkg)
	}
	return l, l.output + stderr.String(), nil
}
