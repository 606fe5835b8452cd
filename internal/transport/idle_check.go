// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"sync/atomic"
	"time"

	"github.com/twinwire/twinwire/api"
)

// idleCheck closes a connection that is silent for too long, as Spark's IdleStateHandler.
type idleCheck struct {
	c       *Client
	request atomic.Int64 // when the last request was added or the pool handed the client out

	mu      api.Mutex
	timer   api.Timer
	stopped bool
	seen    uint64    // traffic at the last look
	since   time.Time // when traffic was last seen to move
}

func newIdleCheck(c *Client) *idleCheck { return &idleCheck{c: c, mu: c.rt.NewMutex()} }

func (i *idleCheck) start() {
	if i.c.cfg.ConnectionTimeout <= 0 {
		return
	}
	i.touch()
	i.mu.Lock()
	i.since = i.c.rt.Now()
	i.timer = i.c.rt.AfterFunc(i.c.cfg.ConnectionTimeout, i.look)
	i.mu.Unlock()
}

// touch says that the client is wanted now.
func (i *idleCheck) touch() { i.request.Store(i.c.rt.Now().UnixNano()) }

func (i *idleCheck) stop() {
	i.mu.Lock()
	timer := i.timer
	i.stopped = true
	i.mu.Unlock()
	if timer != nil {
		timer.Stop()
	}
}

// look compares the traffic with the last look, and closes the connection or comes again.
func (i *idleCheck) look() {
	timeout := i.c.cfg.ConnectionTimeout
	busy := i.c.replies.outstanding() > 0 || i.c.out.busy()
	at := i.c.rt.Now()
	lastRequest := time.Unix(0, i.request.Load())
	i.mu.Lock()
	if i.stopped {
		i.mu.Unlock()
		return
	}
	if traffic := i.c.received.Load() + i.c.out.sent.Load(); traffic != i.seen {
		i.seen, i.since = traffic, at
	}
	silent := min(at.Sub(i.since), at.Sub(lastRequest))
	if silent < timeout || !busy && !i.c.cfg.CloseIdle {
		next := timeout / 4
		if silent < timeout {
			next = max(min(next, timeout-silent), time.Millisecond)
		}
		i.timer.Reset(next)
		i.mu.Unlock()
		return
	}
	i.mu.Unlock()
	i.c.abort(&api.TimeoutError{Op: "connection " + i.c.remote, After: silent, Setting: "ConnectionTimeout"})
}
