// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/twinwire/twinwire/api"
)

const (
	// usualMessage is what a message of a peer counts for in an inbox at least, in bytes.
	usualMessage = 1 << 10
	// inboxPatience is how long a connection waits for an inbox that takes nothing.
	inboxPatience = time.Second
)

// inboxFullError says that an endpoint is too far behind to take a message. It matches api.ErrInboxFull, also across the
// wire: its sender should slow down.
type inboxFullError struct {
	name  string
	limit int
}

func (e *inboxFullError) Error() string {
	return fmt.Sprintf("endpoint %s is behind by twice %d messages (RpcEnv.InboxMessages)", e.name, e.limit)
}

// JavaText is what travels.
func (e *inboxFullError) JavaText() string { return "org.twinwire.InboxFullException: " + e.Error() }

// Unwrap returns api.ErrInboxFull.
func (e *inboxFullError) Unwrap() error { return api.ErrInboxFull }

// inboxRoom is the part of an inbox, guarded by its mu, that bounds what it holds for peers.
type inboxRoom struct {
	held    int          // bytes of the messages of peers
	events  int64        // that were taken so far
	begun   atomic.Int64 // how many messages were handled so far, or are being handled; up to 7 fewer while nobody waits
	given   bool         // connections wait no more, until there is room again
	room    []api.Waiter // of connections
	crowded atomic.Bool  // held exceeds the limit; to be looked at without mu
}

// limit is how much the inbox holds before connections wait.
func (in *inbox) limit() int { return in.env.cfg.InboxMessages * usualMessage }

func (in *inbox) full() bool {
	in.mu.Lock()
	defer in.mu.Unlock()
	return in.held >= 2*in.limit()
}

// putLocked counts a message that is queued.
func (in *inbox) putLocked(m *message) {
	if m.size == 0 {
		return
	}
	in.held += int(m.size)
	if in.held > in.limit() {
		in.crowded.Store(true)
	}
}

// left is how many messages were taken and wait to be handled. It is called with mu held.
func (in *inbox) left() int { return int(in.state.fetched() - in.begun.Load()) }

// tookLocked gives up the room of a message that is taken, and wakes the connections that wait when there is enough.
func (in *inbox) tookLocked(m *message) {
	if m.kind.isEvent() {
		in.events++
	}
	if m.size == 0 {
		return
	}
	in.held -= int(m.size)
	if in.held > in.limit() || !in.crowded.Load() {
		return
	}
	in.crowded.Store(false)
	in.given = false
	for _, w := range in.room {
		w.Wake()
	}
	in.room = nil
}

// settle has a connection's reading task wait for room.
func (in *inbox) settle() {
	rt := in.env.rt
	me := rt.NewWaiter()
	timer := rt.AfterFunc(inboxPatience, me.Wake)
	defer timer.Stop()
	for taken, until := in.await(me), rt.Now().Add(inboxPatience); ; {
		if taken == nothing {
			return
		}
		_ = me.Wait(nil) //nolint:staticcheck // a nil context: the timer ends it
		now := in.await(me)
		if now != nothing && !rt.Now().Before(until) {
			if now == taken {
				in.giveUp()
				return
			}
			until = rt.Now().Add(inboxPatience)
			timer.Reset(inboxPatience)
		}
		taken = now
	}
}

// nothing is what await returns when there is nothing to wait for.
const nothing = -1

// await lists me among those to be woken when there is room, and returns how many messages were handled so far.
func (in *inbox) await(me api.Waiter) int64 {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.held <= in.limit() || in.given {
		return nothing
	}
	if !slices.Contains(in.room, me) {
		in.room = append(in.room, me)
	}
	return in.begun.Load()
}

// giveUp has no connection wait until there is room again.
func (in *inbox) giveUp() {
	in.mu.Lock()
	in.given = true
	wake := in.room
	in.room = nil
	in.mu.Unlock()
	for _, w := range wake {
		w.Wake()
	}
}
