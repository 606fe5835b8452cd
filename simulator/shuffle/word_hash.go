// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"encoding/binary"
	"math/bits"
)

// hashWord is a quick hash for a table in memory: eight bytes at a time, each folded in by a multiplication. It is the
// same everywhere, so that a run repeats.
func hashWord(w []byte) uint32 {
	const seed, multiplier = 0x9e3779b97f4a7c15, 0xd6e8feb86659fd93
	h := uint64(len(w)) ^ seed
	fold := func(x uint64) {
		hi, lo := bits.Mul64(h^x, multiplier)
		h = hi ^ lo
	}
	for len(w) >= 8 {
		fold(binary.LittleEndian.Uint64(w))
		w = w[8:]
	}
	switch n := len(w); {
	case n >= 4:
		fold(uint64(binary.LittleEndian.Uint32(w)) | uint64(binary.LittleEndian.Uint32(w[n-4:]))<<32)
	case n > 0:
		fold(uint64(w[0]) | uint64(w[n/2])<<8 | uint64(w[n-1])<<16)
	}
	return uint32(h ^ h>>32)
}
