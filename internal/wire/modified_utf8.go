// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"encoding/binary"
	"fmt"
	"unicode/utf8"
)

// maxUTF is the longest text, in encoded bytes, that a 16-bit length can carry.
const maxUTF = 1<<16 - 1

// UTFError says that a host or name of an envelope cannot be written because it
// is longer than 65535 encoded bytes, or cannot be read because its bytes are
// not Java's modified UTF-8.
type UTFError struct {
	Field string // which part of the envelope
	Size  int    // encoded bytes when it is too long, else 0
}

// Error names the field and what is wrong with it.
func (e *UTFError) Error() string {
	if e.Size > 0 {
		return fmt.Sprintf("envelope %s: %d encoded bytes, at most %d", e.Field, e.Size, maxUTF)
	}
	return fmt.Sprintf("envelope %s: malformed modified UTF-8", e.Field)
}

// JavaText is the first line a JVM would print; see the function of that name.
func (e *UTFError) JavaText() string { return "java.io.UTFDataFormatException: " + e.Error() }

// utfLen is how many bytes s takes in modified UTF-8: NUL takes two, and a
// character outside the basic plane two surrogates of three bytes each.
func utfLen(s string) int {
	n := 0
	for _, r := range s {
		switch {
		case r == 0:
			n += 2
		case r > 0xffff:
			n += 6
		default:
			n += utf8.RuneLen(r)
		}
	}
	return n
}

// appendUTF appends a 16-bit length and s in modified UTF-8. Follows
// DataOutputStream.writeUTF.
func appendUTF(dst []byte, field, s string) ([]byte, error) {
	n := utfLen(s)
	if n > maxUTF {
		return dst, &UTFError{Field: field, Size: n}
	}
	dst = binary.BigEndian.AppendUint16(dst, uint16(n))
	if n == len(s) && utf8.ValidString(s) {
		return append(dst, s...), nil
	}
	for _, r := range s {
		switch {
		case r == 0:
			dst = append(dst, 0xc0, 0x80)
		case r > 0xffff:
			r -= 0x10000
			dst = append3(append3(dst, 0xd800|r>>10), 0xdc00|r&0x3ff)
		default:
			dst = utf8.AppendRune(dst, r)
		}
	}
	return dst, nil
}

// append3 appends a 16-bit unit in three bytes, surrogates included.
func append3(dst []byte, u rune) []byte {
	return append(dst, 0xe0|byte(u>>12), 0x80|byte(u>>6&0x3f), 0x80|byte(u&0x3f))
}

// utfUnit reads one 16-bit unit of modified UTF-8; n is 0 when it is malformed.
func utfUnit(b []byte) (unit rune, n int) {
	switch c := b[0]; {
	case c < 0x80:
		return rune(c), 1
	case c>>5 == 0b110 && continues(b, 1):
		return rune(c&0x1f)<<6 | rune(b[1]&0x3f), 2
	case c>>4 == 0b1110 && continues(b, 1) && continues(b, 2):
		return rune(c&0x0f)<<12 | rune(b[1]&0x3f)<<6 | rune(b[2]&0x3f), 3
	}
	return 0, 0
}

// validUTF reports whether readUTF of Java would accept b.
func validUTF(b []byte) bool {
	for len(b) > 0 {
		_, n := utfUnit(b)
		if n == 0 {
			return false
		}
		b = b[n:]
	}
	return true
}

// isASCII reports whether b reads the same in every encoding there is.
func isASCII(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// decodeUTF makes a string of valid modified UTF-8. A surrogate without its
// partner, which a Go string cannot hold, becomes U+FFFD.
func decodeUTF(b []byte) string {
	if isASCII(b) {
		return string(b)
	}
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		r, n := utfUnit(b)
		if r >= 0xd800 && r < 0xdc00 && n < len(b) {
			if low, m := utfUnit(b[n:]); low >= 0xdc00 && low < 0xe000 {
				r, n = 0x10000+(r-0xd800)<<10+(low-0xdc00), n+m
			}
		}
		out = utf8.AppendRune(out, r) // a lone surrogate becomes U+FFFD here
		b = b[max(1, n):]
	}
	return string(out)
}
