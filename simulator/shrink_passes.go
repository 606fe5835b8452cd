// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"slices"
	"strings"

	"github.com/twinwire/twinwire/internal/tape"
)

// reduce leaves out as many units as it can: first all, then half of them, then a quarter, down to one by one. Units
// are counted again after each success, because what was left out may have taken others along.
func (k *shrinker) reduce(count func() int, without func(from, to int) candidate) {
	for size := count(); size >= 1 && !k.late(); size /= 2 {
		for from := 0; from < count() && !k.late(); {
			var candidates []func() candidate
			n := count()
			for at := from; at < n; at += size {
				candidates = append(candidates, func() candidate { return without(at, min(at+size, n)) })
			}
			i, found := k.first(candidates)
			if !found {
				break
			}
			from += i * size
		}
	}
}

// A place is a choice, wherever its tape keeps it.
type place struct{ stream, n uint64 }

// unitsOf returns the choices of a class, those together that stand and fall together: all of a fault that has a stream
// of its own, and the choices of a link that follow each other at one moment.
func unitsOf(t *Tape, want class) [][]place {
	var units [][]place
	latest := map[uint64]int{} // unit, from 1, by stream
	last := map[uint64]tape.Choice{}
	for _, c := range t.Choices {
		s := t.Streams[c.Stream]
		if classOf(s) != want {
			continue
		}
		before, seen := last[s.ID]
		u := latest[s.ID]
		switch {
		case want == classFault && seen && (recurs(s) || before.At == c.At && before.N+1 == c.N):
			units[u-1] = append(units[u-1], place{s.ID, c.N})
		default:
			units = append(units, []place{{s.ID, c.N}})
			latest[s.ID] = len(units)
		}
		last[s.ID] = c
	}
	return units
}

// recurs reports whether the stream belongs to one fault of many, so that its choices make no sense apart.
func recurs(s tape.Stream) bool {
	return slices.Contains([]string{"partition", "crash", "clog", "pause", "jump", "disk-full", "plan"}, s.Purpose())
}

// dropChoices makes as many choices of a class calm as it can.
func (k *shrinker) dropChoices(want class) {
	k.reduce(func() int { return len(unitsOf(k.best.tape, want)) }, func(from, to int) candidate {
		gone := slices.Concat(unitsOf(k.best.tape, want)[from:to]...)
		return candidate{cuts: k.best.cuts, tape: without(k.best.tape, gone)}
	})
}

// dropPurposes does without all choices of one purpose, such as every loss or every delay: what a whole class of them has no
// part in gets much smaller at once.
func (k *shrinker) dropPurposes() {
	for _, purpose := range purposes(k.best.tape) {
		k.first([]func() candidate{func() candidate {
			t := k.best.tape
			return candidate{cuts: k.best.cuts, tape: t.Keep(func(_ int, c tape.Choice) bool { return t.Streams[c.Stream].Purpose() != purpose })}
		}})
	}
}

// purposes returns what the choices of a tape are for, sorted.
func purposes(t *Tape) []string {
	var all []string
	for _, s := range t.Streams {
		all = append(all, s.Purpose())
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// dropHosts does without as many hosts as it can.
func (k *shrinker) dropHosts() {
	hosts := func() []string {
		return slices.DeleteFunc(k.scenario().hostNames(), func(name string) bool { return !k.optional(name) })
	}
	k.reduce(func() int { return len(hosts()) }, func(from, to int) candidate {
		c := candidate{tape: k.best.tape, cuts: k.best.cuts.clone()}
		for _, name := range hosts()[from:to] {
			c.cuts.hosts[name] = true
		}
		return c
	})
}

// optional reports whether a run without the host could still mean the same: whoever waits for a host that is not there
// hangs, and a check at the end counts on the work of every host, but for those whose operations are all left out.
func (k *shrinker) optional(host string) bool {
	last := &k.out.Last
	switch {
	case k.best.cuts.hosts[host] || last.Verdict == Hung:
		return false
	case !strings.HasPrefix(last.Signature, signatureCheck):
		return true
	}
	return len(k.best.cuts.ops[host]) > 0 && last.offered[host] == 0
}

// operation is one that a host has on offer.
type operation struct {
	host string
	n    uint64
}

// dropOperations skips as many operations as it can.
func (k *shrinker) dropOperations() {
	k.reduce(func() int { return len(k.operations()) }, func(from, to int) candidate {
		c := candidate{tape: k.best.tape, cuts: k.best.cuts.clone()}
		for _, op := range k.operations()[from:to] {
			c.cuts.skip(op.host, op.n)
		}
		return c
	})
}

// operations are those the best run still does.
func (k *shrinker) operations() []operation {
	var all []operation
	for _, host := range k.scenario().hostNames() {
		for n := uint64(1); n <= k.out.Last.offered[host]; n++ {
			if !k.best.cuts.skips(host, n) {
				all = append(all, operation{host, n})
			}
		}
	}
	return all
}
