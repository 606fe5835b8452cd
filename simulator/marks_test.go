// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// rare is a scenario that fails when the place "early" is asked for a wonder twice and says yes both times.
func rare() Scenario {
	yes := 0
	return Scenario{
		Faults: Calm(), Marks: []string{"never here", "here"},
		Hosts: Hosts{"a": func(_ context.Context, n Node) error {
			Reachable(n, "here")
			for i := range Ops(n, 10) {
				Sometimes(n, "the seventh", i == 6)
				Sometimes(n, "the eleventh", i == 10)
				if Buggify(n, "early") {
					yes++
				}
			}
			if yes > 1 {
				return errors.New("two wonders")
			}
			return nil
		}},
	}
}

func TestSweepListsWhatWasNeverHit(t *testing.T) {
	r := Sweep(SweepConfig{Seeds: Seeds{First: 1, Last: 100}}, rare)
	if r.Marks["here"] != 100 || r.Marks["the seventh"] != 100 || r.Marks["buggify early"] == 0 {
		t.Errorf("marks %v", r.Marks)
	}
	if !slices.Equal(r.Never[:2], []string{"never here", "the eleventh"}) || !slices.Contains(r.Never, "fault crash") {
		t.Errorf("never %v", r.Never)
	}
}

// TestBuggifyIsShrunk: of the wonders only those the failure needs are left.
func TestBuggifyIsShrunk(t *testing.T) {
	r := Sweep(SweepConfig{Seeds: Seeds{First: 1, Last: 200}}, rare)
	if r.Failed < 10 || r.Failed > 60 { // a quarter of the runs are awake
		t.Errorf("%d of 200 seeds fail", r.Failed)
	}
	s, ok := Shrink(ShrinkConfig{Run: r.Simplest("host a"), Budget: time.Minute}, rare)
	if !ok || s.Last.Marks["buggify early"] != 2 {
		t.Errorf("ok %v: %v, %v", ok, s.Last.Size(), s.Last.Marks)
	}
}

// TestGroups: failures of one signature stand together, the simplest first.
func TestGroups(t *testing.T) {
	failure := func(seed uint64, signature string, faults uint64) Failure {
		return Failure{Seed: seed, Signature: signature, size: Size{Faults: faults}}
	}
	r := SweepResult{Failures: []Failure{failure(1, "x", 3), failure(2, "y", 5), failure(3, "y", 4), failure(4, "y", 4)}}
	var got []string
	for _, g := range r.Groups() {
		for _, f := range g.Failures {
			got = append(got, f.Signature+string(rune('0'+f.Seed)))
		}
	}
	if strings.Join(got, " ") != "y3 y4 y2 x1" || r.Simplest("y").Seed != 3 {
		t.Errorf("groups %v, simplest %d", got, r.Simplest("y").Seed)
	}
}
