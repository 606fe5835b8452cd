// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"

	"github.com/twinwire/twinwire/simulator"
)

// shrinkReport is what is printed of a failure that was shrunk. Its names are the contract of --format json.
type shrinkReport struct {
	Scenario    string            `json:"scenario"`
	Seed        uint64            `json:"seed"`
	Signature   string            `json:"signature"`
	Before      simulator.Size    `json:"before"`
	After       simulator.Size    `json:"after"`
	Error       string            `json:"error"` // of the smallest run, as all that follows
	VirtualMS   int64             `json:"virtual_ms"`
	TraceHash   string            `json:"trace_hash"`
	Faults      map[string]uint64 `json:"faults"`
	Plan        string            `json:"plan"`
	Runs        int               `json:"runs"`
	WallMS      int64             `json:"wall_ms"`
	Complete    bool              `json:"complete"`
	Tape        string            `json:"tape"` // file
	Replay      string            `json:"replay"`
	ReplayFirst string            `json:"replay_first"`
}

// writeShrunk prints a failure that was shrunk, whose tape is kept in a file, in a format.
func writeShrunk(w io.Writer, format, scenario, tape string, s simulator.Shrunk) error {
	if format != "json" {
		_, err := fmt.Fprintln(w, s.Report())
		return err
	}
	return writeJSON(w, shrinkReport{
		Scenario: scenario, Seed: s.First.Seed, Signature: s.First.Signature, Before: s.First.Size(), After: s.Last.Size(),
		Error: worldError(s.Last).Error(), VirtualMS: s.Last.Virtual.Milliseconds(), TraceHash: fmt.Sprintf("%016x", s.Last.Hash),
		Faults: countsByName(s.Last.Faults), Plan: s.Last.Plan.String(), Runs: s.Runs, WallMS: s.Wall.Milliseconds(), Complete: s.Complete,
		Tape: tape, Replay: s.Replay, ReplayFirst: s.First.Replay,
	})
}
