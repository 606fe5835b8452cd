// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// A word is a run of characters between blanks.
type word struct {
	text string
	col  int // of its first character, from 0
}

func (w word) width() int { return len([]rune(w.text)) }

// part is a piece of the word.
func (w word) part(from int, text string) word {
	return word{text: text, col: w.col + len([]rune(w.text[:from]))}
}

// A statement is one line while it is read: its words, and what is wrong with them. The first mistake of a place hides
// those that follow from it: a method that fails says so, and its caller stops.
type statement struct {
	words  []word
	next   int
	end    int // the column behind the last word
	report func(at word, text, hint string)
}

// splitWords splits a line, without its comment, into words.
func splitWords(line string) []word {
	line, _, _ = strings.Cut(line, "//")
	var words []word
	col, start := 0, -1
	var b strings.Builder
	for _, r := range line {
		switch blank := unicode.IsSpace(r); {
		case !blank:
			if start < 0 {
				start = col
			}
			b.WriteRune(r)
		case start >= 0:
			words = append(words, word{b.String(), start})
			b.Reset()
			start = -1
		}
		col++
	}
	if start >= 0 {
		words = append(words, word{b.String(), start})
	}
	return words
}

func (s *statement) wrong(at word, hint, format string, args ...any) bool {
	s.report(at, fmt.Sprintf(format, args...), hint)
	return false
}

// peek returns the next word, or an empty one at the end of the line.
func (s *statement) peek() word {
	if s.next < len(s.words) {
		return s.words[s.next]
	}
	return word{col: s.end}
}

func (s *statement) done() bool { return s.next >= len(s.words) }

// take returns the next word; it reports a line that ends too early.
func (s *statement) take(want string) (word, bool) {
	w := s.peek()
	if w.text == "" {
		return w, s.wrong(w, "", "the line ends too early: want %s", want)
	}
	s.next++
	return w, true
}

// accept takes the next word if it is that one.
func (s *statement) accept(text string) bool {
	if s.peek().text != text {
		return false
	}
	s.next++
	return true
}

// expect takes a word that must be that one.
func (s *statement) expect(text string) bool {
	w, ok := s.take(quoted(text))
	if ok && w.text != text {
		s.next--
		return s.wrong(w, "", "want %s here, not %q", quoted(text), w.text)
	}
	return ok
}

// oneOf takes a word that must be one of those known.
func (s *statement) oneOf(what string, known []string) (string, bool) {
	w, ok := s.take("the " + what + ": " + orList(known))
	if ok && !slices.Contains(known, w.text) {
		return "", s.wrong(w, suggest(w.text, known), "unknown %s %q", what, w.text)
	}
	return w.text, ok
}

// finish reports words that are left over.
func (s *statement) finish() bool {
	if s.done() {
		return true
	}
	w := s.peek()
	rest := w
	last := s.words[len(s.words)-1]
	rest.text = strings.Repeat("x", last.col+last.width()-w.col) // for its width
	hint := "remove it, or begin a new line"
	if strings.HasPrefix(w.text, "#") {
		hint = commentHint
	}
	return s.wrong(rest, hint, "%q is too much here", w.text)
}

const commentHint = "a comment begins with //"

func quoted(text string) string { return `"` + text + `"` }

// read takes a word and parses it. The parse function says what is wrong in its second result.
func read[T any](s *statement, want string, parse func(string) (T, string)) (T, bool) {
	w, ok := s.take(want)
	if !ok {
		var zero T
		return zero, false
	}
	return parsed(s, w, parse)
}

// parsed parses a word that was taken.
func parsed[T any](s *statement, w word, parse func(string) (T, string)) (T, bool) {
	v, why := parse(w.text)
	if why != "" {
		return v, s.wrong(w, "", "%q: %s", w.text, why)
	}
	return v, true
}
