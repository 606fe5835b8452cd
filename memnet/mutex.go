// SPDX-License-Identifier: Apache-2.0

package memnet

// mutex fills api.Mutex. Who finds it locked waits in line, but a task that comes at the right moment may overtake, as
// with sync.Mutex.
//
// An ask locks and unlocks a dozen times, nearly always with nobody in the way. So Lock and Unlock begin with what is left
// then of their slow forms, which is a few loads and comparisons; nothing is called, so nothing is saved for after.
type mutex struct {
	world    *World
	host     *Host
	owner    *task // who locked it last
	state    lockState
	inside   bool // it is a stackMutex
	unlocked edge
	line     []*task
}

// stackMutex is a mutex of internal/. The task counts apart how many of them it holds: see mayWait.
type stackMutex struct{ mutex }

type lockState uint8

const (
	lockFree    lockState = iota
	lockAwaited           // free, but somebody waits
	lockHeld
	lockLookedAt // and there is more to unlocking it: somebody waits, or the owner is of another host, or is looked at
)

//go:norace
//go:nosplit
func (m *mutex) Lock() {
	h := m.host
	if h.unseen == 0 || m.state != lockFree {
		m.lockSlowly()
		return
	}
	h.unseen--
	t := m.world.cur
	m.owner, m.state = t, lockHeld
	m.unlocked.acquire()
	t.locks++
}

//go:norace
//go:nosplit
func (m *stackMutex) Lock() {
	h := m.host
	if h.unseen == 0 || m.state != lockFree {
		m.lockSlowly()
		return
	}
	h.unseen--
	t := m.world.cur
	m.owner, m.state = t, lockHeld
	m.unlocked.acquire()
	t.stackLocks++
}

//go:norace
func (m *mutex) lockSlowly() {
	w := m.world
	t := w.cur
	if t == nil || w.verify || m.host != t.host {
		m.lockFromOutside(t)
		return
	}
	w.point(t, m)
	if m.state != lockFree {
		m.await(t)
	}
	m.lockFor(t)
}

// lockFor has the task lock the mutex, which is free.
//
//go:norace
func (m *mutex) lockFor(t *task) {
	m.unlocked.acquire()
	m.owner, m.state = t, lockHeld
	if len(m.line) > 0 {
		m.state = lockLookedAt
	}
	m.count(t, 1)
}

// lockFromOutside is lockSlowly for a task of another host, or that is looked at.
//
//go:norace
func (m *mutex) lockFromOutside(t *task) {
	if t == nil && m.world.stage.Load() == stageOver {
		return // a test that looks at what is left, alone
	}
	m.host.enter("Mutex.Lock")
	m.world.point(t, m)
	m.await(t)
	m.lockFor(t)
	m.state = lockLookedAt
	if m.host != t.host {
		t.borrowed = append(t.borrowed, m)
	}
}

// count counts the mutex among those that the task holds.
//
//go:norace
func (m *mutex) count(t *task, by int32) {
	if m.inside {
		t.stackLocks += by
	} else {
		t.locks += by
	}
}

//go:norace
func (m *mutex) held() bool { return m.state >= lockHeld }

// await waits until nobody holds the mutex.
//
//go:norace
func (m *mutex) await(t *task) {
	for m.held() {
		if m.owner == t {
			panic("memnet: Lock of a mutex this task holds already: it would wait for ever")
		}
		m.line = append(m.line, t)
		m.state = lockLookedAt
		m.host.world.park(t, waitLock, m)
	}
}

//go:norace
//go:nosplit
func (m *mutex) Unlock() {
	t := m.owner
	if m.state != lockHeld || t != m.world.cur {
		m.unlockSlowly()
		return
	}
	m.unlocked.release()
	m.state = lockFree
	t.locks--
}

//go:norace
//go:nosplit
func (m *stackMutex) Unlock() {
	t := m.owner
	if m.state != lockHeld || t != m.world.cur {
		m.unlockSlowly()
		return
	}
	m.unlocked.release()
	m.state = lockFree
	t.stackLocks--
}

//go:norace
func (m *mutex) unlockSlowly() {
	if m.host.enterLate("Mutex.Unlock") == nil {
		return
	}
	if !m.held() {
		panic("memnet: Unlock of a mutex that is not locked")
	}
	m.release()
}

// release unlocks for the task that has locked, which may be dead.
//
//go:norace
func (m *mutex) release() {
	t := m.owner
	m.unlocked.release()
	m.owner, m.state = nil, lockFree
	m.count(t, -1)
	if m.host != t.host {
		t.giveBack(m)
	}
	m.wakeNext()
	if len(m.line) > 0 {
		m.state = lockAwaited
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
