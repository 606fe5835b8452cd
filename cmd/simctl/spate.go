// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"
)

// spate writes lines of one kind, a number of them each second, and counts the others: a client that does wrong as fast as it
// can must not fill the disk that the lines go to, nor with names that are long, nor write lines of its own.
type spate struct {
	out  io.Writer
	most int // lines a second

	mu     sync.Mutex
	second int64
	lines  int
	more   int
}

// say writes a line at its time.
func (s *spate) say(now time.Time, format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if second := now.Unix(); second != s.second {
		s.endLocked(now)
		s.second, s.lines = second, 0
	}
	if s.lines == s.most {
		s.more++
		return
	}
	s.lines++
	fmt.Fprintln(s.out, now.Format(time.RFC3339), oneLine(fmt.Sprintf(format, args...)))
}

// longestLine is in bytes, without the time.
const longestLine = 1000

// oneLine is the start of text, without control characters.
func oneLine(text string) string {
	if len(text) > longestLine {
		text = strings.ToValidUTF8(text[:longestLine], "") + "…"
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, text)
}

// end tells of what was only counted.
func (s *spate) end(now time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.endLocked(now)
}

func (s *spate) endLocked(now time.Time) {
	if s.more > 0 {
		fmt.Fprintf(s.out, "%s and %d more like these\n", now.Format(time.RFC3339), s.more)
	}
	s.more = 0
}
