// SPDX-License-Identifier: Apache-2.0

package wire

import "unicode/utf8"

// decodeText makes a string of UTF-8, replacing what is malformed by U+FFFD
// exactly as Java's String constructor does (JDK 17), so that a peer's text
// reads the same on both sides. Go's own replacement differs: ToValidUTF8 makes
// one U+FFFD of a whole run.
func decodeText(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	out := make([]byte, 0, len(b)+8)
	for len(b) > 0 {
		r, n := utf8.DecodeRune(b)
		if r == utf8.RuneError && n == 1 {
			n = malformedLen(b)
		}
		out = utf8.AppendRune(out, r)
		b = b[n:]
	}
	return string(out)
}

// malformedLen is how many bytes of b, which starts with a malformed sequence,
// Java replaces by one U+FFFD: the longest beginning that could have been a
// character, and all three bytes of an encoded surrogate.
func malformedLen(b []byte) int {
	switch lead := b[0]; {
	case lead >= 0xe0 && lead <= 0xef:
		if !continues(b, 1) || lead == 0xe0 && b[1] < 0xa0 {
			return 1
		}
		if continues(b, 2) {
			return 3
		}
		return 2
	case lead >= 0xf0 && lead <= 0xf4:
		if !continues(b, 1) || lead == 0xf0 && b[1] < 0x90 || lead == 0xf4 && b[1] > 0x8f {
			return 1
		}
		if !continues(b, 2) {
			return 2
		}
		return 3
	}
	return 1
}

// continues reports whether b[i] is there and a continuation byte.
func continues(b []byte, i int) bool { return i < len(b) && b[i]&0xc0 == 0x80 }
