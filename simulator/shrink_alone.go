// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"slices"

	"github.com/twinwire/twinwire/internal/tape"
)

// alone does with one fault of a kind that recurs, as the first of them, at whatever moment that takes. The others may
// only have held up what it strikes: none of them can go while it strikes so late, nor can it strike sooner while they do.
func (k *shrinker) alone() {
	for i := 0; i < len(k.best.tape.Streams) && !k.late(); i++ {
		if len(unitsOf(k.best.tape, classFault)) > fewFaults {
			return
		}
		if _, found := k.first(k.onlyOne(i)); found {
			i = -1
		}
	}
}

// onlyOne returns the candidates in which a stream's fault is the only one of its kind; none when it is.
func (k *shrinker) onlyOne(stream int) []func() candidate {
	t := k.best.tape
	s := t.Streams[stream]
	others := slices.ContainsFunc(t.Choices, func(c tape.Choice) bool {
		return c.Stream != stream && c.N != 1 && t.Streams[c.Stream].Purpose() == s.Purpose()
	})
	first, ok := k.streamNamed(s.Purpose() + " 0")
	if !ok || !others || !recursByProfile(s) {
		return nil
	}
	only := t.Keep(func(_ int, c tape.Choice) bool {
		return t.Streams[c.Stream].Purpose() != s.Purpose() || c.Stream == stream && c.N != 1
	})
	i := slices.Index(only.Streams, s)
	if i < 0 { // it does not strike
		return nil
	}
	only.Streams[i] = first
	var all []func() candidate
	for m := range uint8(moments) {
		all = append(all, func() candidate {
			c := candidate{tape: only.Clone(), cuts: k.best.cuts}
			strikeAfter(c.tape, i, portion(exponentialBound, m))
			return c
		})
	}
	return all
}
