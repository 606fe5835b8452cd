// SPDX-License-Identifier: Apache-2.0

package main

import (
	"regexp"
	"slices"
	"strings"

	"github.com/pkg/errors"
)

// header is the first line of a checklist that is no comment.
const header = "id\tfate\ttest\tworld\treason"

// none stands in a column that does not apply.
const none = "-"

// fate says what became of one of Spark's tests.
type fate string

const (
	same          fate = "same"
	mended        fate = "mended"
	later         fate = "later"
	notApplicable fate = "n/a"
)

// tested says whether a row of this fate must name a test.
func (f fate) tested() bool { return f == same || f == mended }

// known says whether f is one of the four.
func (f fate) known() bool { return f.tested() || f == later || f == notApplicable }

// A testName is a test function and the folder of its package, from the module root.
type testName struct{ pkg, name string }

func (t testName) String() string { return t.pkg + " " + t.name }

// A row is one of Spark's tests and what stands for it here.
type row struct {
	id     string
	fate   fate
	tests  []testName
	world  string
	reason string
	at     string // file:line, for complaints
}

// parseRow reads one line of a checklist. A reason may be left out, tab and all.
// Beside an error it returns what could be read.
func parseRow(line, at string) (row, error) {
	cols := strings.Split(line, "\t")
	if len(cols) == 4 {
		cols = append(cols, "")
	}
	if len(cols) != 5 {
		return row{}, errors.Errorf("%s: %d columns, want 5: id, fate, test, world, reason", at, len(cols))
	}
	for i := range cols {
		if cols[i] = strings.TrimSpace(cols[i]); cols[i] == none {
			cols[i] = ""
		}
	}
	r := row{id: cols[0], fate: fate(cols[1]), world: cols[3], reason: cols[4], at: at}
	tests, err := parseTests(cols[2], at)
	if err != nil {
		return r, err
	}
	r.tests = tests
	return r, r.validate()
}

func (r row) validate() error {
	switch {
	case r.id == "":
		return errors.Errorf("%s: no id", r.at)
	case !r.fate.known():
		return errors.Errorf("%s: %s: fate %q is unknown, want same, mended, later or n/a", r.at, r.id, string(r.fate))
	case r.fate.tested() && len(r.tests) == 0:
		return errors.Errorf("%s: %s: fate %s names no test", r.at, r.id, r.fate)
	case r.fate.tested() && !slices.ContainsFunc(r.tests, r.namesake):
		return errors.Errorf("%s: %s: no test is named after it: %s…", r.at, r.id, r.prefix())
	case !r.fate.tested() && r.reason == "":
		return errors.Errorf("%s: %s: fate %s gives no reason", r.at, r.id, r.fate)
	}
	return nil
}

// prefix is how the name of a test begins that is named after the row.
func (r row) prefix() string { return "Test" + strings.ReplaceAll(r.id, "-", "") }

func (r row) namesake(t testName) bool { return strings.HasPrefix(t.name, r.prefix()) }

// parseTests reads the test column: names of tests, separated by commas.
func parseTests(column, at string) ([]testName, error) {
	if column == "" {
		return nil, nil
	}
	function := regexp.MustCompile(`^Test[A-Z0-9_]\w*$`)
	var tests []testName
	for one := range strings.SplitSeq(column, ",") {
		f := strings.Fields(one)
		if len(f) != 2 || !function.MatchString(f[1]) {
			return nil, errors.Errorf("%s: test %q, want a folder and a test function: internal/wire TestTFD01FrameDecoding", at, strings.TrimSpace(one))
		}
		tests = append(tests, testName{pkg: strings.TrimPrefix(f[0], "./"), name: f[1]})
	}
	return tests, nil
}
