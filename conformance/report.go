// SPDX-License-Identifier: Apache-2.0

package conformance

import "time"

// Report is what a run found, one row per property.
type Report struct {
	Harness string
	Seed    uint64
	Rows    []Row
}

// Row is one property's result.
type Row struct {
	Property      Property
	Cases         int           // how many were run, shrinking apart
	Faults        FaultCounts   // how many fired in them
	Took          time.Duration // wall clock, shrinking included
	NotApplicable string        // what the harness lacks; empty when the property was checked
	Failure       *Failure      // nil when it holds
}

// Failure is the smallest case found that breaks a promise.
type Failure struct {
	Seed   uint64      // finds it at once
	Plan   string      // the case
	Broken []string    // what went wrong in it
	Faults FaultCounts // that fired in it
	Repeat string      // the command that repeats it
}

// Failed says whether a property is broken.
func (r Report) Failed() bool {
	for _, row := range r.Rows {
		if row.Failure != nil {
			return true
		}
	}
	return false
}

// Broken returns the names of the broken properties.
func (r Report) Broken() []string {
	var names []string
	for _, row := range r.Rows {
		if row.Failure != nil {
			names = append(names, row.Property.Name)
		}
	}
	return names
}
