// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"math"

	"github.com/twinwire/twinwire/internal/bench/peer"
)

// gate is a target that a run must reach.
type gate struct {
	name   string
	keys   []key  // what it needs
	metric metric // of the first key, divided by that of the second where there is one
	less   bool   // the second is taken away instead
	unit   string
	atMost bool // else at least
	target float64
	digits int // the measured value is rounded to so many before it is compared
}

func rate(s sample) float64 { return s.Rate }

// faster asks for so many times another peer's rate.
func faster(cell, ours, theirs string, times float64) gate {
	return gate{
		name: cell + " " + ours + " to " + theirs, keys: []key{{cell, ours}, {cell, theirs}}, metric: rate,
		unit: "x", target: times, digits: 2,
	}
}

// sooner asks for at most so many times another peer's latency.
func sooner(cell, what string, m metric, theirs string, times float64) gate {
	return gate{
		name: cell + " " + what + " " + peer.CBOR + " to " + theirs, keys: []key{{cell, peer.CBOR}, {cell, theirs}}, metric: m,
		unit: "x", atMost: true, target: times, digits: 3,
	}
}

// atMost asks for at most so much of something.
func atMost(cell, what, ours string, m metric, unit string, target float64, digits int) gate {
	return gate{
		name: cell + " " + what + " " + ours, keys: []key{{cell, ours}}, metric: m,
		unit: unit, atMost: true, target: target, digits: digits,
	}
}

// rpcGates are the gates of the verb rpc.
func rpcGates() []gate {
	p50 := func(s sample) float64 { return s.P50 }
	p99 := func(s sample) float64 { return s.P99 }
	clientWrites := func(s sample) float64 { return s.ClientWrites }
	serverWrites := func(s sample) float64 { return s.ServerWrites }
	allocs := func(s sample) float64 { return s.Allocs }
	return []gate{
		faster("64B/64", peer.CBOR, peer.GRPC, 6),
		faster("64B/64", peer.Self, peer.GRPC, 8),
		faster("64B/64", peer.CBOR, peer.NetRPC, 3.5),
		faster("64B/64", peer.CBOR, peer.TTRPC, 3.5),
		faster("64B/512", peer.CBOR, peer.GRPC, 10),
		faster("64B/512", peer.Self, peer.GRPC, 16),
		faster("4KiB/64", peer.CBOR, peer.GRPC, 3),
		faster("4KiB/64", peer.Self, peer.GRPC, 4),
		sooner("core", "p50", p50, peer.GRPC, 0.5),
		sooner("core", "p50", p50, peer.Raw, 1.5),
		sooner("64B/64", "p99", p99, peer.GRPC, 1.0/6),
		atMost("64B/64", "client writes/req", peer.CBOR, clientWrites, "", 0.10, 3),
		atMost("64B/64", "server writes/req", peer.CBOR, serverWrites, "", 0.10, 3),
		atMost("64B/64", "client writes/req", peer.Self, clientWrites, "", 0.10, 3),
		atMost("64B/64", "server writes/req", peer.Self, serverWrites, "", 0.10, 3),
		atMost("64B/64", "allocs/call", peer.CBOR, allocs, "", 6, 1),
		atMost("64B/64", "allocs/call", peer.Self, allocs, "", 4, 1),
		faster("oneway/1", peer.Self, peer.GRPC, 10),
		faster("oneway/1", peer.Self, peer.Raw, 0.25),
		atMost("idle", "KB/connection", peer.CBOR, func(s sample) float64 { return s.ConnKB }, "KB", 8, 2),
	}
}

// measured is the gate's value, false when a sample for it is missing.
func (g gate) measured(r results) (float64, bool) {
	v, ok := r.median(g.keys[0], g.metric)
	if ok && len(g.keys) > 1 {
		var by float64
		by, ok = r.median(g.keys[1], g.metric)
		if g.less {
			v -= by
		} else {
			v /= by
		}
	}
	scale := math.Pow10(g.digits)
	return math.Round(v*scale) / scale, ok
}

// printGates prints a line for each gate whose cells were to be measured, and counts those that are short.
func printGates(w io.Writer, gates []gate, r results) (short int) {
	lines := columns{left: 1}
	for _, g := range gates {
		if !r.planned(g.keys[0]) || !r.planned(g.keys[len(g.keys)-1]) {
			continue
		}
		text, verdict := "failed", "SHORT"
		v, ok := g.measured(r)
		if ok {
			text = fmt.Sprintf("%.*f%s", g.digits, v, g.unit)
		}
		target := math.Round(g.target*1000) / 1000
		sign := ">="
		if g.atMost {
			sign = "<="
		}
		if ok && (v >= target && !g.atMost || v <= target && g.atMost) {
			verdict = "ok"
		} else {
			short++
		}
		lines.add(g.name, text, fmt.Sprintf("%s %g%s", sign, target, g.unit), verdict)
	}
	fmt.Fprintln(w)
	lines.print(w)
	return short
}
