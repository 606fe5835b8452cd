// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"cmp"
	"slices"
)

// FailureGroup is the failures of one signature: they have mostly one cause.
type FailureGroup struct {
	Signature string    `json:"signature"`
	Failures  []Failure `json:"failures"` // the simplest first: with the fewest faults, and then the fewest steps
}

// Groups returns the failures by signature, the most frequent first.
func (r SweepResult) Groups() []FailureGroup {
	index := map[string]int{}
	var groups []FailureGroup
	for _, f := range r.Failures {
		i, known := index[f.Signature]
		if !known {
			i = len(groups)
			index[f.Signature] = i
			groups = append(groups, FailureGroup{Signature: f.Signature})
		}
		groups[i].Failures = append(groups[i].Failures, f)
	}
	for _, g := range groups {
		slices.SortStableFunc(g.Failures, func(a, b Failure) int {
			return cmp.Or(cmp.Compare(a.size.Faults, b.size.Faults), cmp.Compare(a.size.Steps, b.size.Steps), cmp.Compare(a.Seed, b.Seed))
		})
	}
	slices.SortStableFunc(groups, func(a, b FailureGroup) int {
		return cmp.Or(cmp.Compare(len(b.Failures), len(a.Failures)), cmp.Compare(a.Signature, b.Signature))
	})
	return groups
}

// Simplest returns what repeats the simplest failure of a signature. There must be one.
func (r SweepResult) Simplest(signature string) RunConfig {
	groups := r.Groups()
	i := slices.IndexFunc(groups, func(g FailureGroup) bool { return g.Signature == signature })
	f := groups[i].Failures[0]
	cfg := r.Run(f.Seed)
	cfg.Tape = f.Tape
	return cfg
}
