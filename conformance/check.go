// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/internal/fault"
)

// DefaultSeed is where the drawing of plans starts unless [Options.Seed] says otherwise: a run is the same every time.
const DefaultSeed = 20260101

// Options says what to check and how thoroughly. The zero value checks everything.
type Options struct {
	// Seed is where the drawing of plans starts. 0: [DefaultSeed].
	Seed uint64
	// Cases overrides the number of cases per property. 0: the harness's.
	Cases int
	// Property limits the run to properties whose family and name contain this text. Empty: all.
	Property string
	// Shrink bounds how long one failing plan is made smaller. 0: 10 s.
	Shrink time.Duration
	// Progress hears of each row when it is done. Nil: nobody.
	Progress func(Row)
	// Repeat returns the command that repeats a failure. Nil: the simctl command.
	Repeat func(harness, property string, seed uint64) string

	_ struct{}
}

func (o Options) withDefaults() Options {
	if o.Seed == 0 {
		o.Seed = DefaultSeed
	}
	if o.Shrink == 0 {
		o.Shrink = 10 * time.Second
	}
	if o.Progress == nil {
		o.Progress = func(Row) {}
	}
	if o.Repeat == nil {
		o.Repeat = func(harness, property string, seed uint64) string {
			return fmt.Sprintf("simctl check --network %s --property %q --seed %d", harness, property, seed)
		}
	}
	return o
}

// Check holds the implementation behind h to the properties and returns the table. It needs no test; a program can call
// it. rapid's settings are flags of the process, so calls wait for each other.
func Check(h Harness, o Options) Report {
	o = o.withDefaults()
	r := Report{Harness: h.Name, Seed: o.Seed}
	for _, p := range Properties() {
		if !strings.Contains(p.Family+": "+p.Name, o.Property) {
			continue
		}
		row := checkProperty(h, p, o)
		o.Progress(row)
		r.Rows = append(r.Rows, row)
	}
	return r
}

func checkProperty(h Harness, p Property, o Options) Row {
	row := Row{Property: p, Faults: fault.Counts{}}
	if missing := p.Needs &^ h.can(); missing != 0 {
		row.NotApplicable = missing.String()
		return row
	}
	hunt := &hunt{row: &row, h: h, shrink: o.Shrink}
	start := time.Now()
	seed := falsify(p.Name, h.cases(p, o.Cases), o.Seed, o.Shrink, func(t *rapid.T) {
		if !hunt.holds(p.draw(t)) {
			t.Fatalf("%s is broken", p.Clause)
		}
	})
	row.Took = time.Since(start)
	if row.Failure != nil {
		row.Failure.Seed = max(seed, 1)
		row.Failure.Repeat = o.Repeat(h.Name, p.Name, row.Failure.Seed)
	}
	return row
}

// hunt follows rapid from the first failing case to the smallest.
type hunt struct {
	row    *Row
	h      Harness
	shrink time.Duration
	until  time.Time // when shrinking ends; zero before the first failure
	failed int
}

// holds runs one case. Once the time for shrinking is over, further candidates count as fine, so rapid ends soon; what it
// tries again to be sure that the failure repeats is always run.
func (s *hunt) holds(d drawn) bool {
	if s.failed > 1 && time.Now().After(s.until) {
		return true
	}
	out := try(s.h, d)
	if s.failed == 0 {
		s.row.Cases++
		s.row.Faults.Add(out.faults)
	}
	if len(out.failures) == 0 {
		return true
	}
	if s.failed == 0 {
		s.until = time.Now().Add(s.shrink)
	}
	s.failed++
	s.row.Failure = &Failure{Plan: d.text, Broken: out.failures, Faults: out.faults}
	return false
}
