// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"io"
	"strings"

	"github.com/pkg/errors"
)

// verdict is how a test ended.
type verdict string

const (
	passed  verdict = "pass"
	failed  verdict = "FAIL"
	skipped verdict = "skipped"
	absent  verdict = "no such test"
	notRun  verdict = "not run" // its package did not build, or died before its turn
)

// A testLog is what `go test -json` said about one package.
type testLog struct {
	ended   map[string]verdict // by the name of the top-level test
	skipped map[string]bool    // the test, or a part of it, was skipped
	whole   bool               // the run came to its end: what did not run does not exist
	output  string
}

// readLog reads the output of `go test -json`.
func readLog(r io.Reader) (testLog, error) {
	l := testLog{ended: map[string]verdict{}, skipped: map[string]bool{}}
	var output strings.Builder
	for dec := json.NewDecoder(r); ; {
		var e struct{ Action, Test, Output string }
		err := dec.Decode(&e)
		if errors.Is(err, io.EOF) {
			l.output = output.String()
			return l, nil
		}
		if err != nil {
			return testLog{}, errors.Wrap(err, "read the test log")
		}
		output.WriteString(e.Output)
		l.whole = l.whole || e.Test == "" && last(e.Output)
		l.add(e.Action, e.Test)
	}
}

// last says whether a line is the one that a run prints at its end.
func last(line string) bool {
	return line == "PASS\n" || line == "FAIL\n" || strings.HasSuffix(line, "[no test files]\n")
}

func (l *testLog) add(action, test string) {
	top, _, part := strings.Cut(test, "/")
	switch {
	case test == "":
	case action == "skip":
		l.skipped[top] = true
	case part:
	case action == "run":
		l.ended[top] = failed // until it is said to have passed: it may die on the way
	case action == "pass":
		l.ended[top] = passed
	}
}

// verdict says how the test of that name ended.
func (l testLog) verdict(name string) verdict {
	end, ran := l.ended[name]
	switch {
	case ran && l.skipped[name]:
		return skipped
	case ran:
		return end
	case l.whole:
		return absent
	}
	return notRun
}
