// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"github.com/twinwire/twinwire/simulator"
)

// packageReport is what is printed of runs of a package's test. Its names are the contract of --format json.
type packageReport struct {
	Scenario string                  `json:"scenario"`
	Runs     int                     `json:"runs"`     // that were told of: those of a search with --time are not, but for those that failed
	Passed   int                     `json:"passed"`   // of them, or ended with a clean error
	Failures []simulator.TestOutcome `json:"failures"` // in the order in which they were found
}

// report prints what a test has told of its runs, which ended with err. A test that failed for another reason tells it in
// what it said.
func (p packageScenario) report(t *terminal, err error, runs []simulator.TestOutcome, said string) error {
	r := packageReport{Scenario: p.pkg + "#" + p.test, Runs: len(runs), Failures: []simulator.TestOutcome{}}
	for _, o := range runs {
		if o.Verdict == simulator.Passed.String() || o.Verdict == simulator.CleanError.String() {
			r.Passed++
		} else {
			r.Failures = append(r.Failures, o)
		}
	}
	if err != nil && len(r.Failures) == 0 {
		fmt.Fprint(t.err, said)
		return err
	}
	if writeErr := writeJSON(t.out, r); writeErr != nil {
		return writeErr
	}
	return err
}

// readOutcomes reads what simulator.Test has told of its runs; the file need not be there.
func (p packageScenario) readOutcomes(file string) (runs []simulator.TestOutcome, err error) {
	text, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	for lines := json.NewDecoder(bytes.NewReader(text)); err == nil; {
		var o simulator.TestOutcome
		if err = lines.Decode(&o); err == nil {
			runs = append(runs, o)
		}
	}
	if !errors.Is(err, io.EOF) {
		return runs, fmt.Errorf("%s: what it told of its runs: %w", p.test, err)
	}
	return runs, nil
}
