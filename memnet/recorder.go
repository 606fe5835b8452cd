// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"slices"
	"time"

	"github.com/twinwire/twinwire/internal/tape"
)

// maxRecorded bounds a tape: 4 million choices.
const maxRecorded = 4 << 20

// A recorder writes down the choices of a run.
type recorder struct {
	known   keyTable[knownStream]
	streams []tape.Stream
	choices []tape.Choice
	full    bool
	closed  bool // nothing is added any more
}

// knownStream is what the recorder knows of the stream of a key.
type knownStream struct {
	name  streamName
	place int // in streams, from 1
}

// streamName is a name before anyone wants to read it.
type streamName struct {
	purpose, place string
	task           string // with the place, which is its host
	path           uint64
}

//go:norace
func (n streamName) String() string {
	place := n.place
	if n.task != "" {
		place = fmt.Sprintf("%s/%s.%x", n.place, n.task, n.path)
	}
	if place == "" {
		return n.purpose
	}
	return n.purpose + " " + place
}

// keep writes down a choice.
//
//go:norace
func (r *recorder) keep(w *World, s *stream, bound, v uint64) {
	if r.closed {
		return
	}
	if len(r.choices) == maxRecorded {
		r.full = true
		return
	}
	known := r.known.at(s.key)
	if known.place == 0 {
		r.streams = append(r.streams, tape.Stream{ID: s.key, Name: known.name.String()})
		known.place = len(r.streams)
	}
	r.choices = append(r.choices, tape.Choice{Stream: known.place - 1, N: s.n, Bound: bound, Value: v, At: time.Duration(w.now)})
}

// recorded returns what was recorded, without the choices that are calm anyway; nil when it was too much.
//
//go:norace
func (w *World) recorded() *tape.Tape {
	r := w.recorder
	if r == nil || r.full {
		return nil
	}
	seed := w.cfg.Seed
	if w.cfg.Tape != nil {
		seed = w.cfg.Tape.Seed
	}
	t := &tape.Tape{
		Code: codeIdentity(), Seed: seed, Rest: tape.Calm, Strategy: w.strategy.String(), Hash: w.trace.hash,
		Streams: r.streams, Choices: r.choices,
	}
	hash := t.Hash
	t = t.Keep(func(_ int, c tape.Choice) bool { return c.Value != 0 || r.streams[c.Stream].Purpose() == dfsPurpose })
	t.Hash = hash
	return t
}

// A player takes choices from a tape.
type player struct {
	world   *World
	rest    tape.Rest
	reseeds []reseed
	streams keyTable[playedStream] // by key
	total   uint64
	fit     tape.Fit
}

type playedStream struct {
	choices []tape.Choice // by N
	next    int
}

//go:norace
func newPlayer(w *World, t *tape.Tape) *player {
	p := &player{world: w, rest: t.Rest, reseeds: reseedsOf(t)}
	for _, c := range t.Choices {
		s := p.streams.at(t.Streams[c.Stream].ID)
		s.choices = append(s.choices, c)
	}
	for i := range t.Streams {
		s := p.streams.at(t.Streams[i].ID)
		slices.SortStableFunc(s.choices, func(a, b tape.Choice) int { return int(int64(a.N) - int64(b.N)) })
		p.total += uint64(len(s.choices))
	}
	return p
}

// value returns the choice the tape has, or what the rest is.
//
//go:norace
func (p *player) value(s *stream, bound uint64) uint64 {
	v, seed, drawn := p.choice(s, bound)
	if drawn {
		return seeded(seed, s, bound)
	}
	return v
}

// choice returns the choice the tape has, or the seed it is to be drawn from.
//
//go:norace
func (p *player) choice(s *stream, bound uint64) (v, seed uint64, drawn bool) {
	for i := len(p.reseeds) - 1; i >= 0; i-- {
		if r := &p.reseeds[i]; p.world.steps >= r.Step && r.Covers(s.key) {
			return 0, r.seed, true
		}
	}
	v, ok := p.find(s, bound)
	return v, p.world.seed, !ok && p.rest == tape.Seeded
}

// A reseed is one of the tape, with its seed as the world uses it.
type reseed struct {
	tape.Reseed
	seed uint64
}

//go:norace
func reseedsOf(t *tape.Tape) []reseed {
	var all []reseed
	for _, r := range t.Reseeds {
		all = append(all, reseed{r, spreadSeed(r.Seed)})
	}
	return all
}

// listed returns the choice the tape has, or 0.
//
//go:norace
func (p *player) listed(s *stream, bound uint64) uint64 {
	v, _ := p.find(s, bound)
	return v
}

//go:norace
func (p *player) find(s *stream, bound uint64) (v uint64, ok bool) {
	if played := p.streams.find(s.key); played != nil {
		for played.next < len(played.choices) && played.choices[played.next].N < s.n {
			played.next++
		}
		if played.next < len(played.choices) && played.choices[played.next].N == s.n {
			v = played.choices[played.next].Value
			played.next++
			p.fit.Followed++
			if v >= bound {
				p.fit.Clamped++
				v = bound - 1
			}
			return v, true
		}
	}
	return 0, false
}

// fit says how the run followed its tape.
//
//go:norace
func (w *World) fit() tape.Fit {
	if w.player == nil {
		return tape.Fit{}
	}
	f := w.player.fit
	f.Unused = w.player.total - f.Followed
	return f
}
