// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"github.com/twinwire/twinwire/simulator"
	"github.com/twinwire/twinwire/simulator/shuffle"
)

// runReport is what is printed of a run. Its names are the contract of --format json.
type runReport struct {
	Scenario      string              `json:"scenario"`
	Network       string              `json:"network"`
	Seed          uint64              `json:"seed"`
	FaultsProfile string              `json:"faults_profile"`
	ResultSHA256  string              `json:"result_sha256,omitempty"`
	DistinctWords uint64              `json:"distinct_words"`
	TotalWords    uint64              `json:"total_words"`
	Top           []shuffle.WordCount `json:"top"`
	InputFiles    int                 `json:"input_files"`
	SkippedFiles  int                 `json:"skipped_files"`
	InputBytes    int64               `json:"input_bytes"`
	BytesShuffled uint64              `json:"bytes_shuffled"`
	Asks          uint64              `json:"asks"`
	Fetches       uint64              `json:"fetches"`
	Retries       uint64              `json:"retries"`
	ExecutorsLost int                 `json:"executors_lost"`
	TasksRerun    int                 `json:"tasks_rerun"`
	Faults        map[string]uint64   `json:"faults"`
	VirtualMS     *int64              `json:"virtual_ms,omitempty"`
	TraceHash     string              `json:"trace_hash,omitempty"`
	WallMS        int64               `json:"wall_ms"`
	Repeats       *bool               `json:"repeats,omitempty"` // of replay
	Error         string              `json:"error,omitempty"`
}

// setOutcome fills in what the job came to.
func (r *runReport) setOutcome(o shuffle.Outcome) {
	r.ResultSHA256 = o.Summary.SHA256
	r.DistinctWords, r.TotalWords, r.Top = o.Summary.Distinct, o.Summary.Total, o.Summary.Top
	r.InputFiles, r.SkippedFiles, r.InputBytes = o.InputFiles, o.SkippedFiles, o.InputBytes
	r.BytesShuffled, r.Asks, r.Fetches, r.Retries = o.Stats.BytesShuffled, o.Stats.Asks, o.Stats.Fetches, o.Stats.Retries
	r.ExecutorsLost, r.TasksRerun = o.ExecutorsLost, o.TasksRerun
	r.Faults = o.Stats.Faults
	if o.Err != nil {
		r.setError(o.Err)
	}
}

// setWorld fills in what the simulated world knows.
func (r *runReport) setWorld(res simulator.Result) {
	r.Faults = countsByName(res.Faults)
	ms := res.Virtual.Milliseconds()
	r.VirtualMS = &ms
	r.TraceHash = fmt.Sprintf("%016x", res.Hash)
	switch {
	case res.Verdict == simulator.Passed, res.Verdict == simulator.CleanError && r.Error != "":
	default:
		r.setError(worldError(res))
	}
}

// worldError is why a simulated run did not pass.
func worldError(res simulator.Result) error {
	if res.Err == nil {
		return errors.New(res.Verdict.String())
	}
	return res.Err
}

// setError makes the report one of an error: a result, should there be one, is not to be trusted.
func (r *runReport) setError(err error) {
	r.Error = err.Error()
	r.ResultSHA256 = ""
}

func countsByName(c simulator.FaultCounts) map[string]uint64 {
	m := make(map[string]uint64, len(c))
	for kind, n := range c {
		m[string(kind)] = n
	}
	return m
}

// writeJSON prints v as one object.
func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(v)
}

// write prints the report in a format.
func (r *runReport) write(w io.Writer, format string) error {
	if r.Top == nil {
		r.Top = []shuffle.WordCount{}
	}
	if r.Faults == nil {
		r.Faults = map[string]uint64{}
	}
	if format == "json" {
		return writeJSON(w, r)
	}
	return r.writeText(w)
}

// pathCause is the cause of a failed access to a path without the path.
func pathCause(err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		return p.Err
	}
	return err
}
