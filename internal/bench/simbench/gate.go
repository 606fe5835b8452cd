// SPDX-License-Identifier: Apache-2.0

package simbench

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// A gate is a target that a run must reach: the median of a cell, divided by that of another where there is one.
type gate struct {
	name     string
	cell, by string
	unit     string
	atMost   bool // else at least
	target   float64
}

func gates() []gate {
	return []gate{
		{name: "W1 asks, self-encoded", cell: w1Self, unit: "/s", target: 0.7e6},
		{name: "W1 asks, CBOR", cell: w1CBOR, unit: "/s", target: 0.35e6},
		{name: "W1 to a synctest bubble", cell: w1Self, by: w1Bubble, unit: "x", target: 3},
		{name: "W1 to W3, cost of a call", cell: w1Self, by: w3Self, unit: "x", atMost: true, target: 1.3},
		{name: "W1 to W1 beside 91 idle hosts", cell: w1Self, by: idleSelf, unit: "x", atMost: true, target: 1.1},
		{name: "task switches", cell: switches, unit: "/s", target: 4e6},
		{name: "copies of a 1 MiB block", cell: blockCost, unit: "", atMost: true, target: 3},
		{name: "two seeds on two cores", cell: w1Two, by: w1Self, unit: "x", target: 1.7},
		{name: "500 hosts idle for a day", cell: dayIdle, unit: "s", atMost: true, target: 1},
		{name: "memory of an idle host", cell: hostIdle, unit: "KB", atMost: true, target: 64},
		{name: "world of 3 hosts with envs", cell: threeHost, unit: "us", atMost: true, target: 100},
	}
}

// gates prints a line for each gate whose cells were measured, and counts those that are short.
func (r results) gates(out io.Writer) (short int) {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, g := range gates() {
		if len(r[g.cell]) == 0 || g.by != "" && len(r[g.by]) == 0 {
			continue
		}
		v := median(r[g.cell])
		if g.by != "" {
			v /= median(r[g.by])
		}
		sign, ok := ">=", v >= g.target
		if g.atMost {
			sign, ok = "<=", v <= g.target
		}
		verdict := "ok"
		if !ok {
			verdict = "SHORT"
			short++
		}
		fmt.Fprintf(w, "%s\t%s%s\t%s %s%s\t%s\n", g.name, number(v), g.unit, sign, number(g.target), g.unit, verdict)
	}
	_ = w.Flush()
	return short
}
