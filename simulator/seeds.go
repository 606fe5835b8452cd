// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"iter"
	"strconv"
	"strings"
)

// Seeds is a range of seeds, both ends included.
type Seeds struct{ First, Last uint64 }

// ParseSeeds parses "A-B", which must not be empty or reversed.
func ParseSeeds(text string) (Seeds, error) {
	first, last, dash := strings.Cut(text, "-")
	a, errA := strconv.ParseUint(first, 10, 64)
	b, errB := strconv.ParseUint(last, 10, 64)
	switch {
	case !dash || errA != nil || errB != nil:
		return Seeds{}, fmt.Errorf("seeds %q: want a range A-B, such as 1-1000", text)
	case a > b:
		return Seeds{}, fmt.Errorf("seeds %q: the range is reversed, want %d-%d", text, b, a)
	case b-a >= 1<<62:
		return Seeds{}, fmt.Errorf("seeds %q: more seeds than can ever be run", text)
	}
	return Seeds{First: a, Last: b}, nil
}

// Count returns how many seeds there are.
func (s Seeds) Count() uint64 { return s.Last - s.First + 1 }

// All yields the seeds from First to Last.
func (s Seeds) All() iter.Seq[uint64] {
	return func(yield func(uint64) bool) {
		for i := range s.Count() {
			if !yield(s.First + i) {
				return
			}
		}
	}
}

// String returns "A-B".
func (s Seeds) String() string { return fmt.Sprintf("%d-%d", s.First, s.Last) }
