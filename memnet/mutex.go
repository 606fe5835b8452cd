// SPDX-License-Identifier: Apache-2.0

package memnet

// mutex fills api.Mutex. Who finds it locked waits in line, but a task that comes at the right moment may overtake, as
// with sync.Mutex.
type mutex struct {
	host     *Host
	weight   lockCount // of it
	unlocked edge
	owner    *task
	line     []*task
}

//go:norace
func (m *mutex) Lock() {
	w := m.host.world
	t := w.cur
	if t == nil || w.verify {
		if t == nil && w.stage.Load() == stageOver {
			return // a test that looks at what is left, alone
		}
		m.host.checkCaller(t, "Mutex.Lock")
	}
	w.points++ // as point, without a call
	t.passed++
	if t.host.ready > 0 || t.passed >= t.look || w.watchful {
		w.scheduler.point(t, m)
	}
	if m.owner != nil {
		m.await(t)
	}
	m.owner = t
	m.unlocked.acquire()
	t.locks += m.weight
	if m.host != t.host {
		t.borrowed = append(t.borrowed, m)
	}
}

// await waits until nobody holds the mutex.
//
//go:norace
func (m *mutex) await(t *task) {
	for m.owner != nil {
		if m.owner == t {
			panic("memnet: Lock of a mutex this task holds already: it would wait for ever")
		}
		m.line = append(m.line, t)
		m.host.world.park(t, waitLock, m)
	}
}

//go:norace
func (m *mutex) Unlock() {
	if m.host.enterLate("Mutex.Unlock") == nil {
		return
	}
	if m.owner == nil {
		panic("memnet: Unlock of a mutex that is not locked")
	}
	m.unlocked.release()
	m.release()
}

//go:norace
func (m *mutex) release() {
	t := m.owner
	m.owner = nil
	t.locks -= m.weight
	if m.host != t.host {
		t.giveBack(m)
	}
	if len(m.line) > 0 {
		m.wakeNext()
	}
}

// wakeNext makes the first that waits and is still there ready.
//
//go:norace
func (m *mutex) wakeNext() {
	for len(m.line) > 0 {
		next := m.line[0]
		m.line[0] = nil
		m.line = m.line[1:]
		if !next.inc.dead {
			m.host.world.makeReady(next)
			return
		}
	}
}

// giveBack takes a lock of another host off those the task holds.
//
//go:norace
func (t *task) giveBack(m *mutex) {
	kept := t.borrowed[:0]
	for _, o := range t.borrowed {
		if o != m {
			kept = append(kept, o)
		}
	}
	clear(t.borrowed[len(kept):])
	t.borrowed = kept
}
