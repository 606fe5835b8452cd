// SPDX-License-Identifier: Apache-2.0

package memnet

import "math/bits"

// eventHeap holds what will arrive, the earliest on top; of one instant, the first sent.
type eventHeap []event

type event struct {
	at  int64
	seq uint64
	seg *segment
}

//go:norace
func (e *event) before(o *event) bool { return e.at < o.at || e.at == o.at && e.seq < o.seq }

//go:norace
func (h *eventHeap) push(e event) {
	s := append(*h, e)
	i := len(s) - 1
	for i > 0 {
		p := (i - 1) / 2
		if s[p].before(&e) {
			break
		}
		s[i] = s[p]
		i = p
	}
	s[i] = e
	*h = s
}

//go:norace
func (h *eventHeap) pop() event {
	s := *h
	top := s[0]
	n := len(s) - 1
	e := s[n]
	s[n] = event{}
	s = s[:n]
	*h = s
	if n == 0 {
		return top
	}
	i := 0
	for {
		c := 2*i + 1
		if c+1 < n {
			c += s[c+1].sooner(&s[c])
		} else if c >= n {
			break
		}
		if e.before(&s[c]) {
			break
		}
		s[i] = s[c]
		i = c
	}
	s[i] = e
	return top
}

// sooner is 1 if e comes before o, else 0. It is before without a branch, where nobody could guess which way it goes.
//
//go:norace
func (e *event) sooner(o *event) int {
	_, borrow := bits.Sub64(e.seq, o.seq, 0)
	_, borrow = bits.Sub64(uint64(e.at), uint64(o.at), borrow)
	return int(borrow)
}
