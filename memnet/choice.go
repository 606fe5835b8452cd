// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"fmt"
	"math/bits"
)

// A stream is a named source of choices. Its n-th value is a hash of the seed, the key and n, so that what one stream is
// asked never shifts another. The key stands for purpose and place, and is the same under every seed.
type stream struct {
	key uint64
	n   uint64 // choices made
}

// stream returns the stream of a purpose at a place, which is named for people.
//
//go:norace
func (w *World) stream(purpose string, place uint64, name string) stream {
	s := stream{key: mix(hashString(purpose), place)}
	if w.recorder != nil {
		w.recorder.known.at(s.key).name = streamName{purpose: purpose, place: name}
	}
	return s
}

// lifeStream returns the stream of a purpose in one life of a host.
//
//go:norace
func (h *Host) lifeStream(purpose string, life uint64) stream {
	s := stream{key: mix(hashString(purpose), mix(h.key, life))}
	if r := h.world.recorder; r != nil {
		r.known.at(s.key).name = streamName{purpose: purpose, place: fmt.Sprintf("%s life %d", h.name, life)}
	}
	return s
}

// choose draws from 0 to bound-1. Chance enters a run here and in draw only. 0 is always the calm choice: no fault, no
// preemption, first come first served.
//
//go:norace
//go:nosplit
func (w *World) choose(s *stream, bound uint64) uint64 {
	if !w.seedOnly {
		return w.chooseOnTape(s, bound)
	}
	s.n++
	return seeded(w.seed, s, bound)
}

// chooseOnTape is choose with a tape to read or to write.
//
//go:norace
func (w *World) chooseOnTape(s *stream, bound uint64) uint64 {
	v := w.draw(s, bound)
	if w.recorder != nil {
		w.recorder.keep(w, s, bound, v)
	}
	return v
}

// draw is choose for callers that record what they make of the value: see record.
//
//go:norace
func (w *World) draw(s *stream, bound uint64) uint64 {
	s.n++
	return w.drawn(s, bound)
}

// drawn is the value of the choice that the stream is at.
//
//go:norace
//go:nosplit
func (w *World) drawn(s *stream, bound uint64) uint64 {
	if w.player != nil {
		return w.player.value(s, bound)
	}
	return seeded(w.seed, s, bound)
}

// seeded is the value that a seed has for the choice.
//
//go:norace
func seeded(seed uint64, s *stream, bound uint64) uint64 {
	hi, _ := bits.Mul64(scramble(seed^s.key+s.n*golden), bound)
	return hi
}

// spreadSeed makes seeds that are next to each other differ in all bits.
//
//go:norace
func spreadSeed(seed uint64) uint64 { return scramble(seed + golden) }

// record keeps a drawn value that had an effect. One that had none is not recorded, which makes it the calm one.
//
//go:norace
func (w *World) record(s *stream, bound, v uint64) {
	if w.recorder != nil {
		w.recorder.keep(w, s, bound, v)
	}
}

// strikes draws whether something happens that happens ppm times in a million.
//
//go:norace
func (w *World) strikes(s *stream, ppm uint32) bool {
	if ppm == 0 {
		return false
	}
	v := w.draw(s, million)
	if v < million-min(uint64(ppm), million) {
		return false
	}
	w.record(s, million, v)
	return true
}

// between draws from low to high, both included.
//
//go:norace
func (w *World) between(s *stream, low, high int64) int64 {
	if high <= low {
		return low
	}
	return low + int64(w.choose(s, uint64(high-low)+1))
}

const (
	million = 1_000_000
	golden  = 0x9e3779b97f4a7c15
)

// scramble spreads every bit of x over all bits.
//
//go:norace
func scramble(x uint64) uint64 {
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}

// mix makes one key of two.
//
//go:norace
func mix(a, b uint64) uint64 { return scramble(a*golden + scramble(b+golden)) }

//go:norace
func hashString(s string) uint64 {
	h := uint64(fnvOffset)
	for i := range len(s) {
		h = (h ^ uint64(s[i])) * fnvPrime
	}
	return h
}

// mulShift returns a*b >> shift without overflow in between.
//
//go:norace
func mulShift(a, b uint64, shift uint) uint64 {
	hi, lo := bits.Mul64(a, b)
	return hi<<(64-shift) | lo>>shift
}
