// SPDX-License-Identifier: Apache-2.0

package simulator

import "github.com/twinwire/twinwire/internal/tape"

// A round is the runs of a sweep that are settled before any of them is made. Those of the next one go on from what it
// found.
type round struct {
	first, end uint64  // numbers of runs
	seeds      uint64  // that were used before it
	parents    parents // what most of them go on from; none: all are those of seeds
}

// The length of rounds: of the first, and by how much of what was run they grow; and how many runs there are for one of a
// seed, after the first round.
const (
	freshEvery = 4
	firstRound = 32
	roundPart  = 8
)

// nextRound settles the next runs. The caller holds the lock.
func (s *sweep) nextRound() round {
	r := round{first: s.round.end, end: s.cfg.Seeds.Count(), seeds: s.round.seedsBefore(s.round.end)}
	if s.cfg.Guided {
		r.end = min(r.end, r.first+max(firstRound, r.first/roundPart))
		r.parents = s.corpus.rank()
	}
	return r
}

// seedsBefore returns how many seeds are used by the runs before the nth, which is of the round.
func (r round) seedsBefore(n uint64) uint64 {
	if len(r.parents) == 0 {
		return r.seeds + n - r.first
	}
	return r.seeds + (n-r.first+freshEvery-1)/freshEvery
}

// config returns the nth run, which is of the current round. The caller holds the lock.
func (s *sweep) config(n uint64) RunConfig {
	cfg := s.total.config
	cfg.Seed = s.cfg.Seeds.First + s.round.seedsBefore(n)
	if len(s.round.parents) > 0 && (n-s.round.first)%freshEvery != 0 {
		cfg.Tape = s.round.parents.breed(s.cfg.Seeds.First + n)
	}
	return cfg
}

// learn takes a run into the corpus.
func (s *sweep) learn(run swept) {
	if !s.cfg.Guided {
		return
	}
	t := run.cfg.Tape
	if t == nil {
		t = &tape.Tape{Seed: run.cfg.Seed, Rest: tape.Seeded}
	}
	s.corpus.learn(run.reached, run.res, t)
}
