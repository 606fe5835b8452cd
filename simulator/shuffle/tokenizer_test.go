// SPDX-License-Identifier: Apache-2.0

package shuffle

import (
	"fmt"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// plainWords is the definition of a word, taken literally.
func plainWords(text []byte) []string {
	var words []string
	var run []byte
	end := func() {
		if len(run) > 0 {
			words = append(words, strings.ToLower(string(run)))
		}
		run = nil
	}
	for len(text) > 0 {
		r, width := utf8.DecodeRune(text)
		if r == utf8.RuneError && width == 1 || !unicode.IsLetter(r) && !unicode.IsDigit(r) {
			end()
		} else {
			run = append(run, text[:width]...)
		}
		text = text[width:]
	}
	end()
	return words
}

func countOf(words []string) map[string]uint64 {
	m := map[string]uint64{}
	for _, w := range words {
		m[w]++
	}
	return m
}

func (c *Counts) asMap() map[string]uint64 {
	m := map[string]uint64{}
	for word, n := range c.seen() {
		m[string(word)] = n
	}
	return m
}

// texts draws bytes that are mostly letters of one to four bytes, whole and broken.
func texts() *rapid.Generator[[]byte] {
	piece := rapid.OneOf(
		rapid.SampledFrom([][]byte{
			[]byte("a"), []byte("Bc"), []byte(" "), []byte("."), []byte("9"), []byte("é"), []byte("É"), []byte("漢"), []byte("𝒜"), []byte("𐐀"),
			[]byte("İ"), []byte("ſ"), []byte("K"), []byte("٣"), []byte("Ⅳ"), []byte("\u0301"), []byte("\ufffd"), []byte("\u2028"), []byte("\x00"), []byte("½"),
			{0xc3}, {0xa9}, {0xe6}, {0xbc}, {0xf0}, {0x9d}, {0x92}, {0xff}, {0xed, 0xa0, 0x80}, {0xc0, 0x80}, {0xf4, 0x90, 0x80, 0x80}, {0xe6, 0xbc},
			{0xf0, 0x9d, 0x92},
		}),
		rapid.SliceOfN(rapid.Byte(), 1, 4),
	)
	return rapid.Map(rapid.SliceOfN(piece, 0, 40), func(pieces [][]byte) []byte {
		var b []byte
		for _, p := range pieces {
			b = append(b, p...)
		}
		return b
	})
}

func TestTokenizerIsTheDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := texts().Draw(t, "text")
		counts := NewCounts()
		tok := newTokenizer(counts)
		rest := append([]byte(nil), text...)
		for len(rest) > 0 {
			n := rapid.IntRange(1, len(rest)).Draw(t, "chunk")
			used := tok.scan(rest[:n], n, n == len(rest))
			if used == 0 && n == len(rest) {
				t.Fatal("the last chunk is not used up")
			}
			rest = rest[used:]
		}
		tok.end()
		want := plainWords(text)
		if d := cmp.Diff(countOf(want), counts.asMap()); d != "" {
			t.Fatalf("%q (-want +got)\n%s", text, d)
		}
		if counts.Total() != uint64(len(want)) {
			t.Fatalf("total %d, want %d", counts.Total(), len(want))
		}
	})
}

func TestManyWords(t *testing.T) {
	const n = 20_000
	counts := NewCounts()
	for range 3 {
		for i := range n {
			counts.add(fmt.Appendf(nil, "word%d", i), 2)
		}
	}
	i := 0
	for word, count := range counts.seen() {
		if string(word) != fmt.Sprintf("word%d", i) || count != 6 {
			t.Fatalf("record %d is %q: %d", i, word, count)
		}
		i++
	}
	if i != n || counts.Total() != 6*n {
		t.Fatalf("%d words, %d in all", i, counts.Total())
	}
}

func BenchmarkTokenizer(b *testing.B) {
	text := zipfText(8 << 20)
	chunk := make([]byte, len(text))
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		copy(chunk, text)
		counts := NewCounts()
		tok := newTokenizer(counts)
		for i := 0; i < len(chunk); {
			end := min(i+256<<10, len(chunk))
			i += tok.scan(chunk[i:end], end-i, end == len(chunk))
		}
		tok.end()
	}
}
