// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"encoding/binary"
	"math/bits"
)

// hashedFrom is how many bytes are hashed while they are copied to a segment. To read them again when they arrive would be
// to fetch them into the processor's nearest cache again, and takes more than twice as long as the copy; that they are
// written as well takes none, because the lanes of the hash leave the processor room for it. Fewer bytes are still there.
const hashedFrom = 4 << 10

// fillHashed copies b to the segment, and the hash of b behind it.
//
//go:norace
func (s *segment) fillHashed(b []byte) {
	n := len(b)
	if cap(s.data) < n+8 {
		s.data = make([]byte, n+8)
	}
	s.data = s.data[:n]
	binary.LittleEndian.PutUint64(s.data[n:n+8], copyHashed(s.data, b))
}

// filledHash is the hash that fillHashed left.
//
//go:norace
func (s *segment) filledHash() uint64 {
	n := len(s.data)
	return binary.LittleEndian.Uint64(s.data[n : n+8])
}

// copyHashed copies b to dst, which is as long, and returns its hash, as hashBytes does.
//
//go:norace
func copyHashed(dst, b []byte) uint64 {
	h0, h1, h2, h3 := uint64(len(b))^fnvOffset, uint64(golden), uint64(fnvPrime), uint64(fnvOffset)
	i := 0
	for ; i <= len(b)-64; i += 64 { // two rounds: less of the loop for each
		from, to := b[i:i+64:i+64], dst[i:i+64:i+64]
		v0, v1 := binary.LittleEndian.Uint64(from), binary.LittleEndian.Uint64(from[8:])
		v2, v3 := binary.LittleEndian.Uint64(from[16:]), binary.LittleEndian.Uint64(from[24:])
		binary.LittleEndian.PutUint64(to, v0)
		binary.LittleEndian.PutUint64(to[8:], v1)
		binary.LittleEndian.PutUint64(to[16:], v2)
		binary.LittleEndian.PutUint64(to[24:], v3)
		h0 = bits.RotateLeft64((h0^v0)*golden, 29)
		h1 = bits.RotateLeft64((h1^v1)*golden, 29)
		h2 = bits.RotateLeft64((h2^v2)*golden, 29)
		h3 = bits.RotateLeft64((h3^v3)*golden, 29)
		v0, v1 = binary.LittleEndian.Uint64(from[32:]), binary.LittleEndian.Uint64(from[40:])
		v2, v3 = binary.LittleEndian.Uint64(from[48:]), binary.LittleEndian.Uint64(from[56:])
		binary.LittleEndian.PutUint64(to[32:], v0)
		binary.LittleEndian.PutUint64(to[40:], v1)
		binary.LittleEndian.PutUint64(to[48:], v2)
		binary.LittleEndian.PutUint64(to[56:], v3)
		h0 = bits.RotateLeft64((h0^v0)*golden, 29)
		h1 = bits.RotateLeft64((h1^v1)*golden, 29)
		h2 = bits.RotateLeft64((h2^v2)*golden, 29)
		h3 = bits.RotateLeft64((h3^v3)*golden, 29)
	}
	copy(dst[i:], b[i:])
	return hashOn(h0, h1, h2, h3, b, uint32(i))
}
