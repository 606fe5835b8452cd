// SPDX-License-Identifier: Apache-2.0

package transfer

import (
	"encoding/binary"
	"hash/fnv"
)

// period is how many bytes of a block are drawn. It is prime, so that none of a wrong chunk or offset look right.
const period = 1021

// draw returns the size of a block, and the bytes that it repeats. Both are drawn by its id.
func draw(id string) (size int, bytes [period]byte) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // never fails
	x := h.Sum32()
	size = []int{0, 10, 3_000, 30_000, 100_000}[x%5]
	for i := range bytes {
		x = x*1_664_525 + 1_013_904_223
		bytes[i] = byte(x >> 24)
	}
	return size, bytes
}

// content is what a block holds.
func content(id string) []byte {
	size, bytes := draw(id)
	b := make([]byte, size)
	copy(b, bytes[:])
	repeat(b)
	return b
}

// repeat fills b with its first bytes again and again. The race detector, to which every byte is work, need not watch:
// nobody else has them yet.
//
//go:norace
func repeat(b []byte) {
	at := period
	for ; at+8 <= len(b); at += 8 {
		binary.NativeEndian.PutUint64(b[at:], binary.NativeEndian.Uint64(b[at-period:]))
	}
	for ; at < len(b); at++ {
		b[at] = b[at-period]
	}
}

// isContent reports whether b is what a block holds. It makes nothing to compare with, as large memory is dear under the
// race detector.
func isContent(id string, b []byte) bool {
	size, bytes := draw(id)
	if len(b) != size {
		return false
	}
	for len(b) > 0 {
		n := min(len(b), period)
		if string(b[:n]) != string(bytes[:n]) {
			return false
		}
		b = b[n:]
	}
	return true
}
