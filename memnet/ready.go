// SPDX-License-Identifier: Apache-2.0

package memnet

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
	if w.lone.t != nil || w.ready.len() > 0 {
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
		w.ready.push(w.lone)
		w.lone.t = nil
	}
	if w.ready.len() > 0 {
		w.rank(w.ready.first())
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
