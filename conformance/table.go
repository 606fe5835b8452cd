// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/twinwire/twinwire/internal/fault"
)

// WriteTable writes the report as an aligned table with a paragraph per failure.
func (r Report) WriteTable(w io.Writer) error {
	_, err := io.WriteString(w, r.String())
	return err
}

// String is the table as text.
func (r Report) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, seed %d\n\n", r.Harness, r.Seed)
	lines := [][]string{{"family", "property", "cases", "faults that fired", "result"}}
	for _, row := range r.Rows {
		lines = append(lines, []string{row.Property.Family, row.Property.Name, thousands(uint64(row.Cases)), countsText(row.Faults), row.result()})
	}
	writeAligned(&b, lines)
	for _, row := range r.Rows {
		if row.Failure != nil {
			row.writeFailure(&b)
		}
	}
	return b.String()
}

func (r Row) result() string {
	switch {
	case r.NotApplicable != "":
		return "n/a: needs " + r.NotApplicable
	case r.Failure != nil:
		return fmt.Sprintf("FAIL  seed %d", r.Failure.Seed)
	}
	return "ok"
}

func (r Row) writeFailure(b *strings.Builder) {
	f := r.Failure
	fmt.Fprintf(b, "\nFAIL %s: %s\n", r.Property.Family, r.Property.Name)
	fmt.Fprintf(b, "     clause  CONTRACT.md %s\n", r.Property.Clause)
	fmt.Fprintf(b, "     plan    %s\n", f.Plan)
	if len(f.Faults) > 0 {
		fmt.Fprintf(b, "     faults  %s\n", countsText(f.Faults))
	}
	for _, what := range f.Broken {
		fmt.Fprintf(b, "     broken  %s\n", strings.ReplaceAll(what, "\n", "\n             "))
	}
	fmt.Fprintf(b, "     repeat  %s\n", f.Repeat)
}

func writeAligned(b *strings.Builder, lines [][]string) {
	widths := make([]int, len(lines[0]))
	for _, line := range lines {
		for i, cell := range line {
			widths[i] = max(widths[i], len(cell))
		}
	}
	for _, line := range lines {
		last := len(line) - 1
		for i, cell := range line[:last] {
			fmt.Fprintf(b, "%-*s  ", widths[i], cell)
		}
		b.WriteString(line[last] + "\n")
	}
}

func countsText(c fault.Counts) string {
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(c)) {
		if c[kind] > 0 {
			parts = append(parts, string(kind)+" "+thousands(c[kind]))
		}
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// thousands writes 2204 as "2,204".
func thousands(n uint64) string {
	s := strconv.FormatUint(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
