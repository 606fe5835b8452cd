// SPDX-License-Identifier: Apache-2.0

package tape

import (
	"slices"
	"time"
)

// Rest says what a choice is that a tape does not list, unless a [Reseed] says otherwise.
type Rest uint8

// The rests.
const (
	Calm   Rest = iota + 1 // 0
	Seeded                 // drawn from the tape's seed
)

// Tape is the choices of one run. It is plain data: copy it with [Tape.Clone] before changing one that a world plays.
type Tape struct {
	Code     string // identity of the code that made it: module, revision, version of Go
	Seed     uint64 // of the run it was recorded from
	Rest     Rest   // 0: Calm
	Strategy string // that the choices were made for, as memnet.Strategy prints itself; empty: unknown
	Hash     uint64 // trace hash of the run; 0: unknown
	Notes    []Note // what else its makers want to keep, such as the scenario's name
	Reseeds  []Reseed
	Streams  []Stream
	Choices  []Choice // in the order they were made; those that are 0 need not be there
}

// Note is a remark on a tape. Neither part holds a line feed, and the key no space.
type Note struct{ Key, Text string }

// PerOccasion is how many choices of a stream there may be for one occasion, such as a segment of a link: one more for one of
// them does not shift those of the next.
const PerOccasion = 32

// Stream is a source of choices.
type Stream struct {
	ID   uint64 // what it is found by
	Name string // for people: a purpose, and the host, link or task it belongs to
}

// Choice is one choice.
type Choice struct {
	Stream int    // index in Tape.Streams
	N      uint64 // which choice of its stream it is, from 1
	Bound  uint64 // it was one of 0 to Bound-1
	Value  uint64
	At     time.Duration // virtual time of the run it was recorded from
}

// Fit says how a run followed the tape it was given.
type Fit struct {
	Followed uint64 // choices of the tape that were made
	Clamped  uint64 // of them, those whose bound was smaller than the value: the largest was taken
	Unused   uint64 // choices of the tape that nobody asked for
}

// Exact reports whether every choice of the tape was made as it stands.
func (f Fit) Exact() bool { return f.Clamped == 0 && f.Unused == 0 }

// Purpose returns the first word of the stream's name: what its choices decide, such as "pick" or "crash".
func (s Stream) Purpose() string {
	for i := range len(s.Name) {
		if s.Name[i] == ' ' {
			return s.Name[:i]
		}
	}
	return s.Name
}

// Note returns the text of the first note of that key, or "".
func (t *Tape) Note(key string) string {
	for _, n := range t.Notes {
		if n.Key == key {
			return n.Text
		}
	}
	return ""
}

// Clone returns a copy that shares nothing with t.
func (t *Tape) Clone() *Tape {
	c := *t
	c.Notes, c.Reseeds = slices.Clone(t.Notes), slices.Clone(t.Reseeds)
	c.Streams, c.Choices = slices.Clone(t.Streams), slices.Clone(t.Choices)
	return &c
}

// Keep returns a copy with the choices that keep accepts, by their index, and only the streams they need.
func (t *Tape) Keep(keep func(i int, c Choice) bool) *Tape {
	out := *t
	out.Notes, out.Reseeds = slices.Clone(t.Notes), slices.Clone(t.Reseeds)
	out.Streams, out.Choices, out.Hash = nil, nil, 0
	index := make([]int, len(t.Streams)) // new index, from 1
	for i, c := range t.Choices {
		if !keep(i, c) {
			continue
		}
		if index[c.Stream] == 0 {
			out.Streams = append(out.Streams, t.Streams[c.Stream])
			index[c.Stream] = len(out.Streams)
		}
		c.Stream = index[c.Stream] - 1
		out.Choices = append(out.Choices, c)
	}
	return &out
}
