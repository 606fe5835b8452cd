// SPDX-License-Identifier: Apache-2.0

package memnet

// timerHeap holds the pending timers, the earliest on top. Each timer knows its place, so that it can be taken out.
type timerHeap struct {
	at      int64 // when the earliest fires; farAway or later: there is none
	entries []timerEntry
}

type timerEntry struct {
	at  int64
	seq uint64
	t   *timer
}

//go:norace
func (e *timerEntry) before(o *timerEntry) bool { return e.at < o.at || e.at == o.at && e.seq < o.seq }

//go:norace
func (h *timerHeap) push(e timerEntry) {
	h.entries = append(h.entries, e)
	h.up(len(h.entries)-1, e)
	h.at = h.entries[0].at
}

// pop takes the earliest.
//
//go:norace
func (h *timerHeap) pop() *timer {
	t := h.entries[0].t
	h.remove(0)
	return t
}

//go:norace
func (h *timerHeap) remove(i int) {
	s := h.entries
	n := len(s) - 1
	s[i].t.pos = 0
	e := s[n]
	s[n] = timerEntry{}
	h.entries = s[:n]
	switch {
	case i == n:
	case i > 0 && e.before(&s[(i-1)/2]):
		h.up(i, e)
	default:
		h.down(i, e)
	}
	h.at = farAway
	if n > 0 {
		h.at = s[0].at
	}
}

//go:norace
func (h *timerHeap) up(i int, e timerEntry) {
	s := h.entries
	for i > 0 {
		p := (i - 1) / 2
		if s[p].before(&e) {
			break
		}
		s[i] = s[p]
		s[i].t.pos = i + 1
		i = p
	}
	s[i] = e
	e.t.pos = i + 1
}

//go:norace
func (h *timerHeap) down(i int, e timerEntry) {
	s := h.entries
	n := len(s)
	for {
		c := 2*i + 1
		if c >= n {
			break
		}
		if c+1 < n && s[c+1].before(&s[c]) {
			c++
		}
		if e.before(&s[c]) {
			break
		}
		s[i] = s[c]
		s[i].t.pos = i + 1
		i = c
	}
	s[i] = e
	e.t.pos = i + 1
}

// dropFaults takes out the timers of faults.
//
//go:norace
func (h *timerHeap) dropFaults() {
	h.filter(func(e timerEntry) bool { return e.seq >= firstSeq })
}

// dropDead takes out the timers of incarnations that are gone.
//
//go:norace
func (h *timerHeap) dropDead() {
	h.filter(func(e timerEntry) bool { return e.t.inc == nil || !e.t.inc.dead })
}

// filter takes out all timers but those to keep.
//
//go:norace
func (h *timerHeap) filter(keep func(e timerEntry) bool) {
	old := h.entries
	h.at, h.entries = farAway, old[:0]
	kept := make([]timerEntry, 0, len(old))
	for _, e := range old {
		e.t.pos = 0
		if keep(e) {
			kept = append(kept, e)
		}
	}
	clear(old)
	for _, e := range kept {
		h.push(e)
	}
}
