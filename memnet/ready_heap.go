// SPDX-License-Identifier: Apache-2.0

package memnet

import "math/bits"

// readyHeap holds the tasks that can run, the one to run first on top.
type readyHeap []readyTask

type readyTask struct {
	key uint64 // a drawn priority; on a tie, the order of becoming ready
	t   *task
}

// makeReady puts a parked or new task among the ready ones, with a new priority.
//
//go:norace
func (w *World) makeReady(t *task) { w.makeReadyAfter(t, 0) }

// afterAll, for makeReadyAfter, has a task run after all that have an ordinary priority.
const afterAll = 1 << 63

// makeReadyAfter is makeReady, with a part of the key.
//
//go:norace
//go:nosplit
func (w *World) makeReadyAfter(t *task, whom uint64) {
	if t.ready {
		return
	}
	t.ready = true
	h := t.host
	h.ready++
	if h.unseen != 0 {
		w.noteUnseen()
	}
	t.picks.n++
	w.seq++
	e := readyTask{key: w.seq&(1<<32-1) | whom, t: t}
	if w.lone.t != nil || len(w.ready) > 0 {
		w.makeReadyBeside(e)
		return
	}
	w.lone = e // as most often: it is ranked when another comes
}

// makeReadyBeside puts a task among others that are ready.
//
//go:norace
func (w *World) makeReadyBeside(e readyTask) {
	if w.lone.t != nil { // else all that are ready are ranked
		w.gather()
	}
	w.rank(&e)
	w.ready.push(e)
}

// gather ranks the task that is ready alone.
//
//go:norace
func (w *World) gather() {
	if w.lone.t != nil {
		w.ready = append(w.ready, w.lone)
		w.lone.t = nil
	}
	if len(w.ready) > 0 {
		w.rank(&w.ready[0])
	}
}

// rank gives a ready task the priority of this time, unless it has it. One that is alone until it runs needs none, and
// so there is no choice to record.
//
//go:norace
func (w *World) rank(e *readyTask) {
	if !e.t.ranked {
		e.t.ranked = true
		e.key |= w.scheduler.priority(e.t) << 32
	}
}

// goOn puts a task among the ready ones that was, before its host was paused.
//
//go:norace
func (w *World) goOn(e readyTask) {
	w.gather()
	e.t.ranked = true
	w.ready.push(e)
}

// dropDead takes out the tasks of incarnations that are gone.
//
//go:norace
func (h *readyHeap) dropDead() {
	kept := (*h)[:0]
	for _, e := range *h {
		if !e.t.inc.dead {
			kept = append(kept, e)
		}
	}
	clear((*h)[len(kept):])
	*h = kept
	h.order()
}

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

// order makes a heap of it again after keys were changed.
//
//go:norace
func (h *readyHeap) order() {
	all := *h
	*h = all[:0]
	for _, e := range all {
		h.push(e)
	}
}
