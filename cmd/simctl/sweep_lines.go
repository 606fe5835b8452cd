// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"io"
	"regexp"
)

// sweepLines passes on what a test says of the seeds that did not pass, and counts the others: of a night there are millions.
type sweepLines struct {
	out            io.Writer
	part           []byte // of a line
	passed, failed uint64
}

var (
	dullLine   = regexp.MustCompile(`^=== (RUN|NAME|CONT) |^    \S+\.go:\d+: seed \d+, t=\S+: passed\n$`)
	seedPassed = regexp.MustCompile(`^ +--- PASS: \S+/seed=\d+ `)
	seedFailed = regexp.MustCompile(`^ +--- FAIL: \S+/seed=\d+ `)
)

// Write implements io.Writer.
func (l *sweepLines) Write(b []byte) (int, error) {
	l.part = append(l.part, b...)
	for {
		n := bytes.IndexByte(l.part, '\n') + 1
		if n == 0 {
			return len(b), nil
		}
		line := l.part[:n]
		l.part = l.part[n:]
		switch {
		case seedPassed.Match(line):
			l.passed++
			continue
		case seedFailed.Match(line):
			l.failed++
		case dullLine.Match(line):
			continue
		}
		if _, err := l.out.Write(line); err != nil {
			return 0, err //nolint:wrapcheck // it is the writer's own
		}
	}
}

// end passes on what is left, and the count if there is more than one.
func (l *sweepLines) end() {
	fmt.Fprintf(l.out, "%s", l.part)
	if runs := l.passed + l.failed; runs > 1 {
		fmt.Fprintf(l.out, "%d seeds: %d passed, %d failed\n", runs, l.passed, l.failed)
	}
}
