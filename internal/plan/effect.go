// SPDX-License-Identifier: Apache-2.0

package plan

// Effect is what an [Occasion] does to the message, connection or bytes it names.
type Effect struct {
	What EffectKind
	// Span is by how much EffectDelay delays.
	Span Span
	// Where is which side of the occurrence EffectCut cuts the connection.
	Where Where
	// At are the bytes of the write before which it is split, or, of one that is cut inside, the single byte before
	// which it is cut; empty: drawn. Of EffectFlip it is the one bit that is wrong, counted from 1.
	At []int
}

// EffectKind is a kind of effect.
type EffectKind string

// The kinds of effect.
const (
	EffectDelay  EffectKind = "delay"
	EffectCut    EffectKind = "cut"
	EffectSplit  EffectKind = "split"
	EffectRefuse EffectKind = "refuse"
	EffectFlip   EffectKind = "flip" // one bit is wrong
	EffectLose   EffectKind = "lose" // nothing is kept, though it succeeds
)

// Where is on which side of an occurrence a connection is cut.
type Where string

// The sides.
const (
	Before Where = "before" // nothing of it arrives
	Inside Where = "inside" // a part of it arrives
	After  Where = "after"  // it arrives, and nothing behind it
)

// The kinds of occasion that are no message: what a link carries, and what a disk does.
const (
	KindDial    = "dial"    // a request for a connection
	KindWrite   = "write"   // a write on a connection
	KindSegment = "segment" // what arrives at one moment
	KindSync    = "sync"    // a sync of a file of host From
	KindRead    = "read"    // a read of a file of host From
)

// effectsOf returns the effects that a kind of occasion may have. Kinds of message are "rpc:" and "block:" and a name.
func effectsOf(kind string) []EffectKind {
	switch kind {
	case KindDial:
		return []EffectKind{EffectRefuse, EffectDelay}
	case KindSegment:
		return []EffectKind{EffectDelay, EffectFlip}
	case KindSync:
		return []EffectKind{EffectLose}
	case KindRead:
		return []EffectKind{EffectFlip}
	case KindWrite:
		return []EffectKind{EffectDelay, EffectCut, EffectSplit}
	}
	return []EffectKind{EffectDelay, EffectCut}
}
