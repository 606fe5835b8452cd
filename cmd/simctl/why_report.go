// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"

	"github.com/twinwire/twinwire/simulator"
)

// whyReport is what is printed of a failure that is explained. Its names are the contract of --format json.
type whyReport struct {
	Scenario  string         `json:"scenario"`
	Seed      uint64         `json:"seed"`
	Signature string         `json:"signature"`
	Error     string         `json:"error"`
	VirtualMS int64          `json:"virtual_ms"`
	TraceHash string         `json:"trace_hash"`
	Size      simulator.Size `json:"size"`
	Plan      string         `json:"plan"`
	Needs     []needReport   `json:"needs"`
	Causes    []causeReport  `json:"causes"`
	Moments   []momentReport `json:"moments"`
	Runs      int            `json:"runs"`
	WallMS    int64          `json:"wall_ms"`
	Complete  bool           `json:"complete"`
	Replay    string         `json:"replay,omitempty"`
}

type needReport struct {
	Kind      string  `json:"kind"`
	What      string  `json:"what"`
	AtMS      float64 `json:"at_ms"`
	Needed    bool    `json:"needed"`
	Otherwise string  `json:"otherwise"`
}

type causeReport struct {
	AtMS float64 `json:"at_ms"`
	Host string  `json:"host,omitempty"`
	What string  `json:"what"`
}

type momentReport struct {
	causeReport
	Fail int `json:"fail"`
	Runs int `json:"runs"`
}

// writeWhy prints an explanation in a format.
func writeWhy(w io.Writer, format, scenario string, e simulator.Explanation) error {
	if format != "json" {
		_, err := fmt.Fprintln(w, e.Report())
		return err
	}
	r := whyReport{
		Scenario: scenario, Seed: e.Run.Seed, Signature: e.Run.Signature, Error: worldError(e.Run).Error(), VirtualMS: e.Run.Virtual.Milliseconds(),
		TraceHash: fmt.Sprintf("%016x", e.Run.Hash), Size: e.Run.Size(), Plan: e.Run.Plan.String(),
		Needs: []needReport{}, Causes: []causeReport{}, Moments: []momentReport{},
		Runs: e.Runs, WallMS: e.Wall.Milliseconds(), Complete: e.Complete, Replay: e.Replay,
	}
	for _, n := range e.Needs {
		r.Needs = append(r.Needs, needReport{Kind: n.Kind, What: n.What, AtMS: n.At.Seconds() * 1000, Needed: n.Needed, Otherwise: n.Otherwise})
	}
	for _, c := range e.Causes() {
		r.Causes = append(r.Causes, causeReport{AtMS: c.At.Seconds() * 1000, Host: c.Host, What: c.What})
	}
	for _, m := range e.Moments {
		r.Moments = append(r.Moments, momentReport{causeReport{AtMS: m.At.Seconds() * 1000, Host: m.Host, What: m.What}, m.Fail, m.Runs})
	}
	return writeJSON(w, r)
}
