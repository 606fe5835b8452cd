// SPDX-License-Identifier: Apache-2.0

package memnet

import "math/bits"

// readyHeap is a heap of tasks that can run, the one to run first on top.
type readyHeap []readyTask

//go:noinline
//go:norace
func (h *readyHeap) push(e readyTask) {
	s := append(*h, e)
	i := len(s) - 1
	for i > 0 {
		p := (i - 1) / 2
		if s[p].key < e.key {
			break
		}
		s[i] = s[p]
		i = p
	}
	s[i] = e
	*h = s
}

//go:noinline
//go:norace
func (h *readyHeap) pop() *task {
	s := *h
	top := s[0].t
	n := len(s) - 1
	e := s[n]
	s[n] = readyTask{}
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
		if e.key < s[c].key {
			break
		}
		s[i] = s[c]
		i = c
	}
	s[i] = e
	return top
}

// sooner is 1 if e comes before o, else 0. It has no branch, where nobody could guess which way it goes.
//
//go:norace
func (e *readyTask) sooner(o *readyTask) int {
	_, borrow := bits.Sub64(e.key, o.key, 0)
	return int(borrow)
}
