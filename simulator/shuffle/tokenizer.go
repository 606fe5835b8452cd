// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"unicode"
	"unicode/utf8"
)

// tokenizer finds words in a text that comes in chunks, and adds them to counts. A word is a maximal run of letters and
// digits (unicode.IsLetter, unicode.IsDigit) in lower case; every other rune and every invalid byte separates. It keeps
// no more than the word that a chunk ended in.
type tokenizer struct {
	counts *Counts
	lower  [utf8.RuneSelf * 2]byte // of an ASCII letter or digit: itself in lower case; of any other byte: 0

	word []byte // the open word so far, in lower case
	open bool   // the text so far ends in a word
	skip bool   // the open word is not ours: leave it out
}

func newTokenizer(counts *Counts) *tokenizer {
	t := &tokenizer{counts: counts}
	for c := range byte(utf8.RuneSelf) {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
			t.lower[c] = c
		case 'A' <= c && c <= 'Z':
			t.lower[c] = c + 'a' - 'A'
		}
	}
	return t
}

// isWordRune says whether r belongs to a word.
func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// scan reads b, the next bytes of the text, and overwrites letters in it with lower case. No word starts at or after
// owned: scan stops there unless a word is open. With last false a rune cut by the end of b is left. It returns how many
// bytes it used; the rest belongs to the next chunk.
func (t *tokenizer) scan(b []byte, owned int, last bool) int {
	i := 0
	if t.open {
		if i = t.extend(b, 0, last); t.open {
			return i
		}
	}
	for i < owned {
		start := i
		for i < len(b) {
			l := t.lower[b[i]]
			if l == 0 {
				break
			}
			b[i] = l
			i++
		}
		switch {
		case i < len(b) && b[i] < utf8.RuneSelf:
			if i > start {
				t.counts.add(b[start:i], 1)
			}
			i++
		case i > start:
			t.begin(b[start:i])
			if i = t.extend(b, i, last); t.open {
				return i
			}
		default:
			if i = t.special(b, i, last); t.open || i == start {
				return i
			}
		}
	}
	return i
}

// special reads what begins with the byte at i, which is not ASCII: a word, which may stay open, or a separator. It
// returns i when the rune there is cut.
func (t *tokenizer) special(b []byte, i int, last bool) int {
	if !last && !utf8.FullRune(b[i:]) {
		return i
	}
	r, width := utf8.DecodeRune(b[i:])
	if !isWordRune(r) {
		return i + width
	}
	t.begin(nil)
	return t.extend(b, i, last)
}

// begin opens a word.
func (t *tokenizer) begin(word []byte) {
	t.word = append(t.word[:0], word...)
	t.open = true
}

// extend appends to the open word what b has of it from i on, and closes the word where it ends. It returns where it
// stopped.
func (t *tokenizer) extend(b []byte, i int, last bool) int {
	for i < len(b) {
		if c := b[i]; c < utf8.RuneSelf {
			l := t.lower[c]
			if l == 0 {
				t.end()
				return i
			}
			if !t.skip {
				t.word = append(t.word, l)
			}
			i++
			continue
		}
		if !last && !utf8.FullRune(b[i:]) {
			return i
		}
		r, width := utf8.DecodeRune(b[i:])
		if !isWordRune(r) {
			t.end()
			return i
		}
		if !t.skip {
			t.word = utf8.AppendRune(t.word, unicode.ToLower(r))
		}
		i += width
	}
	return i
}

// end closes the open word, if there is one, and counts it.
func (t *tokenizer) end() {
	if t.open && !t.skip {
		t.counts.add(t.word, 1)
	}
	t.open, t.skip = false, false
}
