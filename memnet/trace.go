// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"encoding/binary"
	"math/bits"
)

const (
	fnvOffset = 14695981039346656037
	fnvPrime  = 1099511628211
)

// trace is the rolling hash of a run and the last of what happened.
type trace struct {
	hash uint64
	ring []happening
	next int
	full bool
}

// What a hashed happening is.
const (
	hashSwitch = iota + 1
	hashArrival
	hashCrash
)

//go:norace
func (r *trace) init(size int) {
	r.hash = fnvOffset
	if size > 0 {
		r.ring = make([]happening, size)
	}
}

// hash folds one happening at this instant into the trace hash.
//
//go:norace
func (w *World) hash(kind, who, detail uint64) {
	h := w.trace.hash
	h = bits.RotateLeft64(h^uint64(w.now), 29) * fnvPrime
	h = bits.RotateLeft64(h^who, 29) * fnvPrime
	w.trace.hash = bits.RotateLeft64(h^detail^kind<<56, 29) * fnvPrime
}

// hashBytes is a quick hash of bytes. It takes 32 of them a round, in four lanes that do not wait for each other. Every
// step of a lane is one to one, so that one difference is never lost.
//
//go:norace
func hashBytes(b []byte) uint64 {
	return hashOn(uint64(len(b))^fnvOffset, golden, fnvPrime, fnvOffset, b, 0)
}

// hashOn is hashBytes of the bytes from one on, with lanes that have taken in those before.
//
//go:norace
func hashOn(h0, h1, h2, h3 uint64, b []byte, from uint32) uint64 {
	i := int(from)
	for ; i <= len(b)-32; i += 32 {
		r := b[i : i+32 : i+32]
		h0 = bits.RotateLeft64((h0^binary.LittleEndian.Uint64(r))*golden, 29) // lane, less what a call costs even inlined
		h1 = bits.RotateLeft64((h1^binary.LittleEndian.Uint64(r[8:]))*golden, 29)
		h2 = bits.RotateLeft64((h2^binary.LittleEndian.Uint64(r[16:]))*golden, 29)
		h3 = bits.RotateLeft64((h3^binary.LittleEndian.Uint64(r[24:]))*golden, 29)
	}
	for ; i <= len(b)-8; i += 8 {
		h0 = lane(h0, binary.LittleEndian.Uint64(b[i:]))
	}
	switch {
	case i == len(b):
	case len(b) >= 8: // together with some of those before
		h1 = lane(h1, binary.LittleEndian.Uint64(b[len(b)-8:]))
	default:
		for _, c := range b {
			h1 = lane(h1, uint64(c))
		}
	}
	return lane(lane(lane(h0, h1), h2), h3)
}

// lane mixes v into h.
//
//go:norace
func lane(h, v uint64) uint64 { return bits.RotateLeft64((h^v)*golden, 29) }

// note keeps a happening for the report.
//
//go:norace
func (w *World) note(e happening) {
	e.at = w.now
	if w.observer != nil {
		w.observer.happening(e)
	}
	if place := w.trace.place(); place != nil {
		*place = e
	}
}

// place is where the next happening is kept; nil: none are.
//
//go:norace
func (r *trace) place() *happening {
	if len(r.ring) == 0 {
		return nil
	}
	e := &r.ring[r.next]
	r.next++
	if r.next == len(r.ring) {
		r.next, r.full = 0, true
	}
	return e
}

// events returns what is kept, the oldest first.
//
//go:norace
func (r *trace) events() []Event {
	var all []Event
	if r.full {
		for i := r.next; i < len(r.ring); i++ {
			all = append(all, r.ring[i].event())
		}
	}
	for i := range r.next {
		all = append(all, r.ring[i].event())
	}
	return all
}
