// SPDX-License-Identifier: Apache-2.0

package memnet

// readyHeap holds the tasks that can run, the one to run first on top.
type readyHeap []readyTask

type readyTask struct {
	key uint64 // a drawn priority; on a tie, the order of becoming ready
	t   *task
}

// makeReady puts a parked or new task among the ready ones, with a new priority.
//
//go:norace
func (w *World) makeReady(t *task) { w.makeReadyLast(t, false) }

// makeReadyLast is makeReady, but with last the task runs after all that have an ordinary priority.
//
//go:norace
func (w *World) makeReadyLast(t *task, last bool) {
	if t.ready || t.inc.dead {
		return
	}
	t.ready = true
	t.host.ready++
	w.seq++
	key := w.scheduler.priority(t)<<32 | w.seq&0xffffffff
	if last {
		key |= 1 << 63
	}
	w.ready.push(readyTask{key: key, t: t})
}

// pick takes the task to run next, or nil.
//
//go:norace
func (w *World) pick() *task {
	for len(w.ready) > 0 {
		if w.ready[0].t.inc.dead {
			w.ready.pop()
			continue
		}
		var t *task
		if len(w.ready) > 1 {
			t = w.scheduler.pick()
			w.choices++
			w.pops++
		} else {
			t = w.ready.pop()
			w.forgetPriority(t)
		}
		if t.inc.dead {
			continue
		}
		if t.host.paused > 0 {
			w.seq++
			t.host.stopped = append(t.host.stopped, readyTask{key: w.seq & (1<<32 - 1), t: t})
			continue
		}
		t.ready = false
		t.host.ready--
		return t
	}
	return nil
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
		if c >= n {
			break
		}
		if c+1 < n && s[c+1].key < s[c].key {
			c++
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
