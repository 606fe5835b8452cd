// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"sync/atomic"
	"time"
)

// lateAfter is how long a handler may take before others do what the task that runs it would do next: answers that it
// gathered wait no longer than that, and its connection is unread no longer than twice that. While none has
// for some time, that of the first is noticed after calmAfter.
const (
	lateAfter = 500 * time.Microsecond
	calmAfter = 4 * lateAfter
)

// Turn names one piece of work that a reading task does for its handler.
type Turn uint64

// readingTurns are who reads a connection, while its reading task works for the handler: that task, when it is done; or,
// when it is held up, another one, which then is the reading task.
type readingTurns struct {
	now  atomic.Uint64 // the last Turn, which is odd while it lasts
	late atomic.Bool   // the watch is set
	seen atomic.Uint64 // now, when the watch last looked
}

// Work has the reading task, which has nothing else in hand, do f for the handler: this saves waking another. If f is
// held up, somebody calls Relieve, or the watch does, and another task reads on. Work reports whether that is so.
func (c *Client) Work(f func(turn Turn)) (relieved bool) {
	turn := c.BeginTurn()
	returned := false
	defer func() {
		if !returned {
			c.Relieve(turn) // f has ended the task
		}
	}()
	f(turn)
	returned = true
	return c.EndTurn(turn)
}

// BeginTurn begins what Work is, for one who does it himself up to EndTurn, and calls Relieve should it end the task.
func (c *Client) BeginTurn() Turn {
	turn := c.turns.now.Load() + 3
	c.turns.now.Store(turn)
	c.watch()
	return Turn(turn)
}

// EndTurn ends it, and reports what Work does.
func (c *Client) EndTurn(turn Turn) (relieved bool) {
	return !c.turns.now.CompareAndSwap(uint64(turn), uint64(turn)-1)
}

// Relieve has another task read the connection, if turn lasts.
func (c *Client) Relieve(turn Turn) {
	if c.turns.now.CompareAndSwap(uint64(turn), uint64(turn)+1) {
		c.goRead()
	}
}

// watch has the connection looked at, whose handler may take long.
func (c *Client) watch() {
	if !c.turns.late.Load() && c.turns.late.CompareAndSwap(false, true) {
		c.shared.watch.add(c)
	}
}

// look does what is late, without waiting for anything, and reports whether there was something, or may be soon.
func (c *Client) look() (late bool) {
	c.turns.late.Store(false) // first: a turn that begins from here on has itself looked at
	turn := c.turns.now.Load()
	before := c.turns.seen.Swap(turn)
	if turn&1 == 1 {
		late = true
		if turn == before {
			c.Relieve(Turn(turn))
		} else {
			c.watch()
		}
	}
	if c.holding.Load() > 0 {
		_, _ = c.out.add(c.replies.pay, nil, nil)
	}
	if c.out.begin() {
		late = true
		c.writeOn()
	}
	return late
}
