// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"

	"github.com/twinwire/twinwire/internal/bench/blockpeer"
	"github.com/twinwire/twinwire/internal/bench/peer"
)

// measuredAs gives the 64-caller cell samples of these rates.
func measuredAs(rates map[string][]float64) results {
	r := results{}
	for p, list := range rates {
		k := key{"64B/64", p}
		r[k] = nil
		for _, v := range list {
			r[k] = append(r[k], sample{Rate: v, P99: 1e6 / v, Allocs: 4.04})
		}
	}
	return r
}

func TestGatesCompareMedians(t *testing.T) {
	r := measuredAs(map[string][]float64{
		peer.CBOR: {599, 1, 600, 9000, 601}, peer.Self: {799, 799, 799}, peer.GRPC: {100, 100, 1},
	})
	var out strings.Builder
	short := printGates(&out, rpcGates(), r)
	for line, want := range map[string]string{
		"64B/64 twinwire-cbor to grpc-go":     "6.00x >= 6x ok",
		"64B/64 twinwire-self to grpc-go":     "7.99x >= 8x SHORT",
		"64B/64 p99 twinwire-cbor to grpc-go": "0.167x <= 0.167x ok",
		"64B/64 allocs/call twinwire-self":    "4.0 <= 4 ok",
	} {
		found := false
		for l := range strings.Lines(out.String()) {
			rest, ok := strings.CutPrefix(l, line+" ")
			found = found || ok && strings.Join(strings.Fields(rest), " ") == want
		}
		if !found {
			t.Errorf("no line %q with %q in\n%s", line, want, out.String())
		}
	}
	if short != 1 {
		t.Errorf("%d gates short, want 1", short)
	}
	if strings.Contains(out.String(), peer.TTRPC) {
		t.Errorf("a gate on a peer that was not to be measured:\n%s", out.String())
	}
}

func TestGateWithoutSamplesIsShort(t *testing.T) {
	var out strings.Builder
	r := measuredAs(map[string][]float64{peer.CBOR: {600}, peer.TTRPC: nil})
	if printGates(&out, rpcGates(), r) != 1 || !strings.Contains(out.String(), "failed") {
		t.Errorf("want one gate that failed:\n%s", out.String())
	}
}

func suites() []suite { return []suite{rpcSuite(), blockSuite()} }

func TestGatesNameCellsAndPeersThatAre(t *testing.T) {
	for _, s := range suites() {
		all := newRunner(s.cells, options{only: s.peers, cells: cellNames(s.cells)}).results
		for _, g := range s.gates {
			for _, k := range g.keys {
				if !all.planned(k) {
					t.Errorf("gate %s: cell %s does not measure %s", g.name, k.cell, k.peer)
				}
			}
		}
	}
}

func TestTablesShowEveryCell(t *testing.T) {
	for _, s := range suites() {
		shown := map[string]bool{}
		for _, table := range s.tables {
			for _, c := range table.cells {
				shown[c] = true
			}
		}
		for _, name := range cellNames(s.cells) {
			if !shown[name] {
				t.Errorf("no table of %s shows cell %s", s.verb, name)
			}
		}
	}
}

func TestGateOnADifference(t *testing.T) {
	r := results{}
	for cell, grown := range map[string]float64{"1MiB": 9.5, "1MiB/256MiB": 7} {
		r[key{cell, blockpeer.Chunks}] = []sample{{GrownMB: grown}}
	}
	var out strings.Builder
	if short := printGates(&out, blockGates(), r); short != 1 || !strings.Contains(out.String(), " 2.5 ") {
		t.Errorf("%d gates short, want one of 2.5:\n%s", short, out.String())
	}
}

func TestFlagMistakes(t *testing.T) {
	for _, args := range [][]string{{"-only", "nobody"}, {"-cells", "1B/1"}, {"-rounds", "0"}, {"-seconds", "-1"}, {"more"}} {
		if _, err := parse(rpcSuite(), args); err == nil {
			t.Errorf("%v: no error", args)
		}
	}
	o, err := parse(rpcSuite(), []string{"-only", "grpc-go,ttrpc", "-cells", "core"})
	if err != nil {
		t.Fatal(err)
	}
	if got := chosenCells(rpcCells(), o); len(got) != 1 || len(got[0].peers) != 1 || got[0].peers[0] != peer.GRPC {
		t.Errorf("cell core for grpc-go and ttrpc: %v", got)
	}
}
