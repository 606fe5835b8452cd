// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/twinwire/twinwire/simulator"
)

// write prints the report in a format.
func (r *sweepReport) write(w io.Writer, format string) error {
	if r.Faults == nil {
		r.Faults = map[string]uint64{}
	}
	if r.Never == nil {
		r.Never = []string{}
	}
	if r.Failures == nil {
		r.Failures = []simulator.Failure{}
	}
	if format == "json" {
		return writeJSON(w, r)
	}
	_, err := io.WriteString(w, r.text())
	return err
}

// maxSeedsShown bounds how many seeds of a group are listed.
const maxSeedsShown = 8

// group shows the simplest failure of a signature, and which other seeds have it.
func (*sweepReport) group(b *strings.Builder, g simulator.FailureGroup) {
	first := g.Failures[0]
	fmt.Fprintf(b, "\n%s (%s of the runs)\nseed %d: %s\n  repeat: %s\n", g.Signature, thousands(uint64(len(g.Failures))), first.Seed, first.Error, first.Replay)
	if others := g.Failures[1:]; len(others) > 0 {
		b.WriteString("  also:")
		for i, f := range others {
			if i == maxSeedsShown {
				fmt.Fprintf(b, " and %d more", len(others)-maxSeedsShown)
				break
			}
			fmt.Fprintf(b, " %d", f.Seed)
		}
		b.WriteByte('\n')
	}
}

// text says what happened, and for each failing seed the line that repeats it.
func (r *sweepReport) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s over %s, seeds %s, faults %s: ", r.Scenario, r.Network, r.Seeds, r.FaultsProfile)
	if r.Error != "" {
		fmt.Fprintf(&b, "%s\n", r.Error)
	}
	if r.Runs == 0 {
		return b.String()
	}
	fmt.Fprintf(&b, "%s in %s: %s passed, %s clean errors, %s failed, %s hung, %s nondeterministic.\n",
		counted(int(r.Runs), "run"), seconds(r.WallMS), thousands(r.Passed), thousands(r.CleanErrors), thousands(r.Failed),
		thousands(r.Hung), thousands(r.Nondeterministic))
	fmt.Fprintf(&b, "%s different trace hashes; faults: %s.\n", thousands(uint64(r.DistinctTraceHashes)), faultText(r.Faults))
	if r.Mutants > 0 {
		fmt.Fprintf(&b, "%s runs went on from earlier ones.\n", thousands(r.Mutants))
	}
	if r.Confirmed > 0 {
		fmt.Fprintf(&b, "%s went exactly the same way in a process of their own.\n", counted(int(r.Confirmed), "run"))
	}
	if r.Unconfirmed != "" {
		fmt.Fprintf(&b, "not all could be repeated: %s\n", r.Unconfirmed)
	}
	if len(r.Never) > 0 {
		fmt.Fprintf(&b, "never exercised: %s.\n", strings.Join(r.Never, ", "))
	}
	for _, g := range r.groups {
		r.group(&b, g)
	}
	return b.String()
}
