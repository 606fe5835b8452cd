// SPDX-License-Identifier: Apache-2.0

package memnet

import "github.com/twinwire/twinwire/internal/fault"

// A tally counts faults by kind. Tasks share it without a lock, so it is no map: see keyTable.
type tally []counted

type counted struct {
	kind  fault.Kind
	times uint64
}

//go:norace
func (t *tally) count(kind fault.Kind) {
	for i := range *t {
		if c := &(*t)[i]; c.kind == kind {
			c.times++
			return
		}
	}
	*t = append(*t, counted{kind: kind, times: 1})
}

//go:norace
func (t tally) counts() fault.Counts {
	all := fault.Counts{}
	for _, c := range t {
		all[c.kind] = c.times
	}
	return all
}
