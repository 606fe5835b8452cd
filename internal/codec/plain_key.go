// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// plainKey is what stands before a field's value: its key, and before the first the head of the map.
type plainKey struct {
	start string // what of it is above 8 bytes
	word  uint64 // the rest, the first in the lowest byte
	mask  uint64 // what of word counts
	n     uint8  // how many bytes that is
}

func plainKeyOf(before []byte) plainKey {
	k := plainKey{start: string(before[:max(0, len(before)-8)])}
	for _, b := range before[len(k.start):] {
		k.word |= uint64(b) << (8 * k.n)
		k.mask |= 0xff << (8 * k.n)
		k.n++
	}
	return k
}

// plainHead is the head of a value: its major type, and the value or how long it is.
type plainHead struct {
	major byte
	n     uint64
}

// The major types of CBOR.
const (
	cborUnsigned = 0
	cborNegative = 1
	cborBytes    = 2
	cborText     = 3
	cborSimple   = 7
)

// The values that are no numbers, of the last of them.
const (
	simpleFalse = 20
	simpleTrue  = 21
	simpleNull  = 22
)

// append appends the key and the shortest head of the value.
func (k *plainKey) append(dst []byte, head plainHead) []byte {
	if cap(dst)-len(dst) < len(k.start)+plainRoom {
		dst = slices.Grow(dst, len(k.start)+plainRoom)
	}
	if k.start != "" {
		dst = append(dst, k.start...)
	}
	at := len(dst)
	to := dst[at : at+plainRoom]
	binary.LittleEndian.PutUint64(to, k.word)
	n := int(k.n)
	major := head.major << 5
	if head.n < 24 {
		to[n] = major | byte(head.n)
		return dst[:at+n+1]
	}
	size := 0 // of the number: 1<<size bytes
	switch {
	case head.n > 0xffff_ffff:
		size = 3
	case head.n > 0xffff:
		size = 2
	case head.n > 0xff:
		size = 1
	}
	to[n] = major | byte(24+size)
	binary.BigEndian.PutUint64(to[n+1:], head.n<<(64-8<<size))
	return dst[:at+n+1+1<<size]
}

// plainRoom is for a word and a head.
const plainRoom = 8 + 9

// read reads the key and the head that b begins with, and returns what is behind them.
func (k *plainKey) read(b []byte) (head plainHead, rest []byte, ok bool) {
	if k.start != "" {
		if len(b) < len(k.start) || string(b[:len(k.start)]) != k.start {
			return head, nil, false
		}
		b = b[len(k.start):]
	}
	n := int(k.n)
	if len(b) <= n || plainWord(b)&k.mask != k.word {
		return head, nil, false
	}
	head = plainHead{b[n] >> 5, uint64(b[n] & 31)}
	b = b[n+1:]
	if head.n < 24 {
		return head, b, true
	}
	size := 1 << (head.n - 24)
	if head.n > 27 || head.major == cborSimple || len(b) < size {
		return head, nil, false
	}
	head.n = bits.ReverseBytes64(plainWord(b)) >> (64 - 8*size)
	return head, b[size:], true
}

// plainWord is the first 8 bytes of b, the first in the lowest byte; or all, if they are fewer.
func plainWord(b []byte) (w uint64) {
	if len(b) >= 8 {
		return binary.LittleEndian.Uint64(b)
	}
	for i := range b {
		w |= uint64(b[i]) << (8 * i)
	}
	return w
}
