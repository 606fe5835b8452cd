// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"encoding/json"
	"fmt"
	"os"
	"testing"
)

// TestOutcome is a line of the file that SIM_JSON names: how a run of [Test] ended. Its names are a contract.
type TestOutcome struct {
	Test      string      `json:"test"`
	Seed      uint64      `json:"seed"`
	Verdict   string      `json:"verdict"`
	Signature string      `json:"signature,omitempty"`
	Error     string      `json:"error,omitempty"`
	VirtualMS int64       `json:"virtual_ms"`
	TraceHash string      `json:"trace_hash"`
	Faults    FaultCounts `json:"faults,omitempty"`
	Repeats   bool        `json:"repeats"`   // a second run went exactly like this one
	Confirmed bool        `json:"confirmed"` // see [Result.Confirmed]
	Replay    string      `json:"replay"`
	// Shrunk is the smallest run found that fails in the same way. Nil: it was not looked for.
	Shrunk *ShrunkOutcome `json:"shrunk,omitempty"`
}

// ShrunkOutcome is the smallest run of a [TestOutcome].
type ShrunkOutcome struct {
	Error     string      `json:"error"`
	Before    Size        `json:"before"`
	After     Size        `json:"after"`
	VirtualMS int64       `json:"virtual_ms"`
	TraceHash string      `json:"trace_hash"`
	Faults    FaultCounts `json:"faults,omitempty"`
	Plan      string      `json:"plan"`
	Runs      int         `json:"runs"`
	WallMS    int64       `json:"wall_ms"`
	Complete  bool        `json:"complete"` // see [Shrunk.Complete]
	Replay    string      `json:"replay"`
	Story     string      `json:"story,omitempty"` // file
}

// tell adds how a run ended to the file of SIM_JSON. S is nil when it was not shrunk.
func (r *testRun) tell(t *testing.T, res Result, s *Shrunk) {
	t.Helper()
	if r.options.json == "" {
		return
	}
	o := TestOutcome{
		Test: r.name, Seed: res.Seed, Verdict: res.Verdict.String(), Signature: res.Signature, VirtualMS: res.Virtual.Milliseconds(),
		TraceHash: fmt.Sprintf("%016x", res.Hash), Faults: res.Faults, Repeats: res.Repeats(), Confirmed: res.Confirmed, Replay: res.Replay,
	}
	if res.Err != nil {
		o.Error = res.Err.Error()
	}
	if s != nil {
		o.Shrunk = s.outcome()
	}
	line, err := json.Marshal(o)
	if err == nil {
		err = appendLine(r.options.json, line)
	}
	if err != nil {
		t.Errorf("SIM_JSON: %v", err)
	}
}

func (s *Shrunk) outcome() *ShrunkOutcome {
	return &ShrunkOutcome{
		Error: s.Last.ending(), Before: s.First.Size(), After: s.Last.Size(), VirtualMS: s.Last.Virtual.Milliseconds(), TraceHash: fmt.Sprintf("%016x", s.Last.Hash),
		Faults: s.Last.Faults, Plan: s.Last.Plan.String(), Runs: s.Runs, WallMS: s.Wall.Milliseconds(), Complete: s.Complete,
		Replay: s.Replay, Story: s.Story,
	}
}

func appendLine(name string, line []byte) error {
	f, err := os.OpenFile(name, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	if closing := f.Close(); err == nil {
		err = closing
	}
	return err
}
