// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"unicode/utf8"
	"unsafe"
)

// setNumber sets the integer at p, if that is large enough.
func (f *plainField) setNumber(p unsafe.Pointer, head plainHead) (ok bool) {
	n, unused := head.n, 64-8*f.size
	switch {
	case f.kind == plainUnsigned && head.major == cborUnsigned && n<<unused>>unused == n:
	case f.kind == plainSigned && head.major <= cborNegative && n <= 1<<63-1:
		n ^= -uint64(head.major)
		if i := int64(n); i<<unused>>unused != i {
			return false
		}
	default:
		return false
	}
	switch f.size {
	case 1:
		*(*uint8)(p) = uint8(n)
	case 2:
		*(*uint16)(p) = uint16(n)
	case 4:
		*(*uint32)(p) = uint32(n)
	default:
		*(*uint64)(p) = n
	}
	return true
}

// number is the integer at p.
func (f *plainField) number(p unsafe.Pointer) plainHead {
	var n uint64
	switch f.size {
	case 1:
		n = uint64(*(*uint8)(p))
	case 2:
		n = uint64(*(*uint16)(p))
	case 4:
		n = uint64(*(*uint32)(p))
	default:
		n = *(*uint64)(p)
	}
	if unused := 64 - 8*f.size; f.kind == plainSigned {
		if i := int64(n<<unused) >> unused; i < 0 {
			return plainHead{cborNegative, uint64(^i)}
		}
	}
	return plainHead{cborUnsigned, n}
}

// isText is utf8.Valid, quick to see that a short text is of ASCII.
func isText(b []byte) bool {
	if len(b) > 16 {
		return utf8.Valid(b)
	}
	for i := range b {
		if b[i] >= utf8.RuneSelf {
			return utf8.Valid(b)
		}
	}
	return true
}
