// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// outcome is the pass column of a row: how the worst of its tests ended.
func (r row) outcome(v verdicts) string {
	if len(r.tests) == 0 {
		return none
	}
	for _, t := range r.tests {
		if v.of[t] != passed {
			return string(v.of[t])
		}
	}
	return string(passed)
}

// judge complains about every test of a row that did not pass.
func (t *table) judge(v verdicts) {
	for _, r := range t.rows {
		for _, name := range r.tests {
			if end := v.of[name]; end != passed {
				t.problems = append(t.problems, fmt.Sprintf("%s: %s: %s: %s", r.at, r.id, name, end))
			}
		}
	}
}

// print writes the table, a line a row, and how many rows there are of each fate.
func (t *table) print(w io.Writer, v verdicts) error {
	tw := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(tw, "id\tworld\tfate\tpass\treason")
	fates := map[fate]int{}
	tested, green := 0, 0
	for _, r := range t.rows {
		world := r.world
		if world == "" {
			world = none
		}
		pass := r.outcome(v)
		fmt.Fprintf(tw, "%s\t%s\t%s\t%s\t%s\n", r.id, world, r.fate, pass, r.reason)
		fates[r.fate]++
		if len(r.tests) > 0 {
			tested++
		}
		if pass == string(passed) {
			green++
		}
	}
	if err := tw.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "\n%d rows: %d same, %d mended, %d later, %d n/a; %d of the %d with a test pass\n",
		len(t.rows), fates[same], fates[mended], fates[later], fates[notApplicable], green, tested)
	return err
}

// complain writes what is wrong, and what the tests of the failing packages printed.
func (t *table) complain(w io.Writer, v verdicts) {
	for _, pkg := range slices.Sorted(maps.Keys(v.output)) {
		fmt.Fprintf(w, "\n--- go test ./%s\n%s\n", pkg, strings.TrimSpace(v.output[pkg]))
	}
	if len(t.problems) > 0 {
		fmt.Fprintf(w, "\nchecklist: %d wrong\n", len(t.problems))
	}
	for _, p := range t.problems {
		fmt.Fprintln(w, "  "+p)
	}
}
