// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// shownRunes is how much of a word a table shows.
const shownRunes = 40

// writeText prints the report for a person: a table of the top words and a paragraph.
func (r *runReport) writeText(w io.Writer) error {
	if r.Error == "" {
		if err := r.writeTable(w); err != nil {
			return err
		}
	}
	_, err := io.WriteString(w, r.paragraph())
	return err
}

func (r *runReport) writeTable(w io.Writer) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "word\tcount")
	for _, word := range r.Top {
		fmt.Fprintf(t, "%s\t%s\n", cutWord(word.Word), thousands(word.Count))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintln(w)
	return err
}

// cutWord shortens a word for a table.
func cutWord(word string) string {
	n := 0
	for i := range word {
		if n == shownRunes {
			return word[:i] + "…"
		}
		n++
	}
	return word
}

// paragraph says what happened.
func (r *runReport) paragraph() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s over %s, seed %d, faults %s: ", r.Scenario, r.Network, r.Seed, r.FaultsProfile)
	if r.Error == "" {
		fmt.Fprintf(&b, "%s words, %s of them different, in %s (%s, %s skipped).\n",
			thousands(r.TotalWords), thousands(r.DistinctWords), counted(r.InputFiles, "file"), byteCount(uint64(r.InputBytes)), thousands(uint64(r.SkippedFiles)))
		fmt.Fprintf(&b, "result_sha256 %s\n", r.ResultSHA256)
	} else {
		fmt.Fprintf(&b, "%s\n", r.Error)
	}
	fmt.Fprintf(&b, "%s shuffled in %s fetches, %s asks, %s retries; %s lost, %s run again; faults: %s.\n",
		byteCount(r.BytesShuffled), thousands(r.Fetches), thousands(r.Asks), thousands(r.Retries),
		counted(r.ExecutorsLost, "executor"), counted(r.TasksRerun, "task"), faultText(r.Faults))
	if r.VirtualMS != nil {
		fmt.Fprintf(&b, "%v of virtual time, trace hash %s; ", time.Duration(*r.VirtualMS)*time.Millisecond, r.TraceHash)
	}
	fmt.Fprintf(&b, "took %v.\n", time.Duration(r.WallMS)*time.Millisecond)
	if r.Repeats != nil && *r.Repeats {
		b.WriteString("It repeats: a second run went exactly the same way. What --input names is part of the run: with other words it goes another way.\n")
	}
	return b.String()
}

func faultText(faults map[string]uint64) string {
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(faults)) {
		parts = append(parts, kind+" "+thousands(faults[kind]))
	}
	if len(parts) == 0 {
		return "none"
	}
	return strings.Join(parts, ", ")
}

// counted is a number and a noun.
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return thousands(uint64(n)) + " " + noun + "s"
}

// thousands writes 2204 as "2,204".
func thousands(n uint64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

// byteCount writes a number of bytes for a person.
func byteCount(n uint64) string {
	if n < 1000 {
		return fmt.Sprintf("%d bytes", n)
	}
	value, unit := float64(n)/1000, 0
	for value >= 999.95 && unit < 3 {
		value /= 1000
		unit++
	}
	return fmt.Sprintf("%.1f %cB", value, "kMGT"[unit])
}
