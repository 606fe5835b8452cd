// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"sync"
	"time"

	"github.com/twinwire/twinwire/simulator/shuffle"
)

// statusEvery is how often the status line may change.
const statusEvery = 100 * time.Millisecond

// statusLine is one line on stderr that says how far things are, when stderr is a terminal. Safe for concurrent use.
type statusLine struct {
	t *terminal

	mu    sync.Mutex
	last  time.Time
	shown bool
}

func newStatusLine(t *terminal) *statusLine { return &statusLine{t: t} }

// set shows a text, unless another was shown just now.
func (s *statusLine) set(format string, args ...any) {
	if !s.t.interactive {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if now := time.Now(); now.Sub(s.last) >= statusEvery {
		s.last, s.shown = now, true
		fmt.Fprintf(s.t.err, "\r\x1b[K"+format, args...)
	}
}

// job shows how far a job is.
func (s *statusLine) job(p shuffle.Progress) {
	s.set("%d executors, map %d/%d, reduce %d/%d", p.Executors, p.MapsDone, p.Maps, p.ReducesDone, p.Reduces)
}

// clear removes the line.
func (s *statusLine) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shown {
		fmt.Fprint(s.t.err, "\r\x1b[K")
		s.shown = false
	}
}
