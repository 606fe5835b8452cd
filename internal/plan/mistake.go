// SPDX-License-Identifier: Apache-2.0

package plan

import (
	"fmt"
	"strings"
)

// Mistake is one thing wrong with the text of a plan.
type Mistake struct {
	Name      string // of the text, such as its file
	Line, Col int    // counted from 1, in characters
	Width     int    // how many characters are to blame
	Source    string // the line
	Text      string // what is wrong
	Hint      string // what was meant, perhaps; or empty
}

// Error returns the mistake with its line and a caret, in three lines.
func (m Mistake) Error() string {
	at := fmt.Sprintf("%s:%d:%d: %s", m.Name, m.Line, m.Col, m.Text)
	if m.Hint != "" {
		at += "; " + m.Hint
	}
	margin := strings.Map(func(r rune) rune {
		if r == '\t' {
			return r
		}
		return ' '
	}, string([]rune(m.Source)[:m.Col-1]))
	return at + "\n  " + m.Source + "\n  " + margin + strings.Repeat("^", max(m.Width, 1))
}

// Mistakes is everything wrong with the text of a plan, by line. It is the error of [Parse].
type Mistakes []Mistake

// Error returns all mistakes, each with its line and a caret.
func (m Mistakes) Error() string {
	parts := make([]string, len(m))
	for i, one := range m {
		parts[i] = one.Error()
	}
	return strings.Join(parts, "\n")
}
