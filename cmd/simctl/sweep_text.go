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
	if r.Failures == nil {
		r.Failures = []simulator.Failure{}
	}
	if format == "json" {
		return writeJSON(w, r)
	}
	_, err := io.WriteString(w, r.text())
	return err
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
	fmt.Fprintf(&b, "%s runs in %s: %s passed, %s clean errors, %s failed, %s hung, %s nondeterministic.\n",
		thousands(r.Runs), seconds(r.WallMS), thousands(r.Passed), thousands(r.CleanErrors), thousands(r.Failed),
		thousands(r.Hung), thousands(r.Nondeterministic))
	fmt.Fprintf(&b, "%s different trace hashes; faults: %s.\n", thousands(uint64(r.DistinctTraceHashes)), faultText(r.Faults))
	for _, f := range r.Failures {
		fmt.Fprintf(&b, "\nseed %d: %s\n  repeat: %s\n", f.Seed, f.Error, f.Replay)
	}
	return b.String()
}
