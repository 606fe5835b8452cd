// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"slices"

	"github.com/twinwire/twinwire/internal/tape"
)

// The bounds of dropKinds.
const (
	fewEnough  = 3   // faults that a person takes in
	otherSeeds = 128 // that are tried without a kind of fault
)

// tellingKinds are the kinds of fault by how much a failure says that needs only them.
func tellingKinds() []FaultKind {
	return []FaultKind{
		"reset", "crash", "partition", "pause", "jump", "lost_sync", "torn", "disk_full", "refuse", "stall",
		"clog", "loss", "delay", "split", "flip", "disk_flip",
	}
}

// dropKinds does without whole kinds of faults. Where each of many faults is needed they are mostly needed for when things
// happen, and other chances bring that about as well: so this looks for the failure under other seeds, first with one
// kind of fault alone, then without one kind after the other.
func (k *shrinker) dropKinds() {
	if k.cfg.Run.Plan != nil {
		return
	}
	struck := k.struckKinds()
	if len(struck) > 1 && k.crowded() {
		for _, only := range struck {
			if k.without(slices.DeleteFunc(slices.Clone(struck), func(kind FaultKind) bool { return kind == only })); !k.crowded() {
				return
			}
		}
	}
	var gone []FaultKind
	for _, kind := range slices.Backward(struck) {
		if !k.crowded() {
			return
		}
		if less := append(slices.Clone(gone), kind); k.without(less) {
			gone = less
		}
	}
}

// crowded reports whether there are too many faults, and time to look for fewer.
func (k *shrinker) crowded() bool { return k.out.Last.Size().Faults > fewEnough && !k.late() }

// struckKinds are the kinds of fault that struck the best run.
func (k *shrinker) struckKinds() []FaultKind {
	return slices.DeleteFunc(tellingKinds(), func(kind FaultKind) bool { return k.out.Last.Faults[kind] == 0 })
}

// without looks for a run without kinds of fault that can do with fewer faults than the best one. Half of
// those it tries draw for themselves how often the others strike: the first run may have drawn much more than it takes.
func (k *shrinker) without(kinds []FaultKind) bool {
	best, last := k.best, k.out.Last
	weights := k.out.First.Tape.Keep(func(_ int, c tape.Choice) bool { // that the profile drew
		return k.out.First.Tape.Streams[c.Stream].Purpose() == "swarm"
	})
	weights.Rest = tape.Seeded
	own := weights.Keep(func(int, tape.Choice) bool { return false })
	var candidates []func() candidate
	for i := range uint64(otherSeeds) {
		candidates = append(candidates, func() candidate {
			c := candidate{tape: weights.Clone(), cuts: best.cuts, without: kinds}
			if i%2 == 1 {
				c.tape = own.Clone()
			}
			c.tape.Seed += i
			return c
		})
	}
	if _, found := k.first(candidates); !found {
		return false
	}
	k.dropChoices(classFault)
	if k.out.Last.Size().Faults >= last.Size().Faults {
		k.best, k.out.Last = best, last
		return false
	}
	return true
}

// seek runs a candidate whose choices are not settled, and then the tape of what came of it as one that is.
func (k *shrinker) seek(c candidate) (Result, bool) {
	cfg := k.cfg.Run
	cfg.Tape = c.tape.Clone()
	cfg.Tape.Notes = c.cuts.notes("", "")
	sc := k.scenario()
	if cfg.Faults = cfg.ownProfile(sc); cfg.Faults.Name == "" {
		cfg.Faults = sc.withDefaults().Faults
	}
	cfg.Faults = cfg.Faults.Without(c.without...)
	res := k.run(cfg)
	if !k.same(res) {
		return res, false
	}
	settled := res.Tape.Clone()
	settled.Seed = k.out.First.Tape.Seed
	return k.try(candidate{tape: settled, cuts: c.cuts})
}

// same reports whether a run failed in the way that is shrunk. That it was given up is no failure.
func (k *shrinker) same(res Result) bool {
	return !res.Verdict.OK() && res.Signature == k.signature && akin(res.Err, k.out.First.Err) && res.Tape != nil && res.Steps < k.limit
}
