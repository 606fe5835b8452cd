// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"math/bits"

	"github.com/twinwire/twinwire/internal/tape"
)

// A lookout knows at which occasion of a link the next fault may strike. Most segments and writes meet none, and to draw
// for each would cost more than all else that happens to them: so the seed draws for a block of occasions at once. On the
// tape every occasion still has a choice of its own, as if it had been drawn alone.
type lookout struct {
	next  uint64 // the occasion to look at; nothing strikes before it
	until uint64 // the first that the block does not know of
	hits  uint64 // one bit for each occasion of the block at which something may strike
}

// ahead is how many occasions a block has.
const ahead = 64

// learn takes in the block that occasion n is in.
//
//go:norace
func (o *lookout) learn(n, hits uint64) { o.hits, o.until = hits, n-n%ahead+ahead }

// strikes reports whether something may strike at an occasion, which is that of next or later.
//
//go:norace
func (o *lookout) strikes(n uint64) bool {
	rest := o.hits >> (n % ahead)
	o.next = o.until
	if later := rest >> 1; later != 0 {
		o.next = n + 1 + uint64(bits.TrailingZeros64(later))
	}
	return rest&1 != 0
}

// foresee returns a bit for each occasion of the block that n is in at which what happens ppm times in a million may
// strike. A tape says so for each occasion alone.
//
//go:norace
func (w *World) foresee(s *stream, n uint64, ppm uint32) uint64 {
	switch {
	case ppm == 0:
		return 0
	case w.player != nil:
		return ^uint64(0)
	}
	return seededBlock(w.seed, s.key, n/ahead, ppm, ^uint64(0))
}

// seededBlock is what a seed has for a block of occasions. It compares 64 random numbers with the share of ppm, bit by
// bit from the highest and all of them at once: each round halves how many are undecided. Those not asked for are 0.
//
//go:norace
func seededBlock(seed, key, block uint64, ppm uint32, asked uint64) uint64 {
	if ppm >= million {
		return asked
	}
	const precision = 32
	share := uint64(ppm) << precision / million
	hits, undecided := uint64(0), asked
	for i := uint64(0); undecided != 0 && i < precision; i++ {
		r := scramble(seed ^ ^key + (block*precision+i)*golden) // not the key of the stream's single choices
		if share>>(precision-1-i)&1 == 1 {
			hits |= undecided &^ r
			undecided &= r
		} else {
			undecided &^= r
		}
	}
	return hits
}

// strikesAt draws whether what happens ppm times in a million strikes at an occasion. What follows from it is drawn from
// the same stream.
//
//go:norace
func (w *World) strikesAt(s *stream, n uint64, ppm uint32) bool {
	s.n = n * tape.PerOccasion
	if ppm == 0 {
		return false
	}
	s.n++
	v, seed, drawn := uint64(0), w.seed, true
	if w.player != nil {
		v, seed, drawn = w.player.choice(s, million)
	}
	if drawn && seededBlock(seed, s.key, n/ahead, ppm, 1<<(n%ahead)) != 0 {
		v = million - 1
	}
	if v < million-min(uint64(ppm), million) {
		return false
	}
	w.record(s, million, v)
	return true
}
