// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"
	"time"
)

// TestSpate: of the lines of a second the first are written and the others counted.
func TestSpate(t *testing.T) {
	var out strings.Builder
	s := &spate{out: &out, most: 2}
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	for i := range 5 {
		s.say(at.Add(time.Duration(i)*100*time.Millisecond), "line %d", i)
	}
	s.say(at.Add(time.Second), "later")
	s.end(at.Add(time.Second))
	for i := range 3 {
		s.say(at.Add(2*time.Second), "last %d", i)
	}
	s.end(at.Add(3 * time.Second))
	want := `2026-01-02T03:04:05Z line 0
2026-01-02T03:04:05Z line 1
2026-01-02T03:04:06Z and 3 more like these
2026-01-02T03:04:06Z later
2026-01-02T03:04:07Z last 0
2026-01-02T03:04:07Z last 1
2026-01-02T03:04:08Z and 1 more like these
`
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", &out, want)
	}
}

// TestSpateOfLongLines: what a client has named makes no line of its own, and none that is long.
func TestSpateOfLongLines(t *testing.T) {
	var out strings.Builder
	s := &spate{out: &out, most: 2}
	s.say(time.Time{}, "of %s", "a\nb\rc\x1b[0m")
	s.say(time.Time{}, "of %s", strings.Repeat("é", 1<<20))
	want := "0001-01-01T00:00:00Z of a b c [0m\n0001-01-01T00:00:00Z of " + strings.Repeat("é", 498) + "…\n"
	if out.String() != want {
		t.Errorf("got\n%swant\n%s", &out, want)
	}
}
