// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"sync/atomic"
	"time"

	"github.com/twinwire/twinwire/api"
)

// idleCheck closes a connection that is silent for too long, as Spark's IdleStateHandler, and makes one quiet that is
// little used. It closes when, for ConnectionTimeout,
//   - nothing was sent, received or asked for, and requests are outstanding, or the peer has opened streams and not
//     fetched them, or CloseIdle is set;
//   - bytes wait to be written and none was taken: the peer has stopped reading, whatever it sends;
//
// and when requests are outstanding and nothing was received for twice that time, although more was asked for. Without
// that bound, which Spark does not have, one who goes on asking keeps a dead connection for as long as the system's
// buffers last. While this side takes what came, however slowly, it does not hold the silence against the peer.
type idleCheck struct {
	c     *Client
	taken atomic.Uint64 // how often the pool gave the client out

	mu      api.Mutex
	timer   api.Timer
	stopped bool // or about to close the connection
	seen    activity
	at      time.Duration // of the last look; all of them by the stopwatch
	moved   time.Duration // when anything was last seen to move
	wrote   time.Duration // when bytes were last written, or the last look saw none wait
	heard   time.Duration // when bytes were last received, or the last look saw no request outstanding
	waited  bool          // bytes waited at the last look
	owed    bool          // requests were outstanding then
}

// activity counts what happens on a connection.
type activity struct{ sent, reads, asked, taken uint64 }

// lookEvery is how often a connection is looked at that is not quiet, and quietReads how many reads a second keep it from
// becoming quiet.
const (
	lookEvery  = 5 * time.Second
	quietReads = 32
)

func (i *idleCheck) init(c *Client) { i.c, i.mu = c, c.shared.rt.NewMutex() }

func (i *idleCheck) timeout() time.Duration { return i.c.shared.cfg.ConnectionTimeout }

func (i *idleCheck) start() {
	if i.timeout() <= 0 && i.c.in.waits == nil {
		return
	}
	i.mu.Lock()
	now := i.now()
	i.at, i.moved, i.wrote, i.heard = now, now, now, now
	if !i.stopped {
		i.timer = i.c.shared.rt.AfterFunc(i.pause(), i.look)
	}
	i.mu.Unlock()
}

// claim tells that the pool gives the client out. It reports false when the check is about to close the connection.
func (i *idleCheck) claim() bool {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.stopped {
		return false
	}
	i.taken.Add(1)
	return true
}

func (i *idleCheck) stop() {
	i.mu.Lock()
	timer := i.timer
	i.stopped = true
	i.mu.Unlock()
	if timer != nil {
		timer.Stop()
	}
}

// soon has the connection looked at earlier, because it is quiet no more.
func (i *idleCheck) soon() {
	i.mu.Lock()
	defer i.mu.Unlock()
	if !i.stopped && i.timer != nil {
		i.timer.Reset(i.next(i.now()))
	}
}

// now is the time by the stopwatch.
func (i *idleCheck) now() time.Duration { return i.c.shared.clock.Elapsed() }

// pause is the time until the next look.
func (i *idleCheck) pause() time.Duration {
	d := 12 * lookEvery
	if t := i.timeout(); t > 0 {
		d = max(t/4, time.Millisecond)
	}
	if i.c.in.quiet.Load() || i.c.in.waits == nil {
		return d
	}
	return min(d, lookEvery)
}

// look compares what happened with the last look, and closes the connection or comes again.
func (i *idleCheck) look() {
	outstanding, writing := i.c.replies.outstanding() > 0, i.c.out.busy()
	i.mu.Lock()
	if i.stopped {
		i.mu.Unlock()
		return
	}
	now := i.now()
	hush := i.note(now, outstanding, writing)
	after := i.overdue(now, outstanding, writing)
	if after == 0 {
		i.timer.Reset(i.next(now))
	}
	i.stopped = after != 0
	i.mu.Unlock()
	if after != 0 {
		i.c.abort(&api.TimeoutError{Op: "connection " + i.c.remote, After: after, Setting: "ConnectionTimeout"})
		return
	}
	if hush {
		i.c.in.hush(i.c.shared.rt.Now())
		i.c.out.trim()
	}
}

// note takes down what has moved since the last look, and reports whether the connection is little used.
func (i *idleCheck) note(now time.Duration, outstanding, writing bool) (little bool) {
	// Nothing is read as long as what came is not taken.
	heard := i.c.in.heard.Swap(false) || i.c.in.handing.Load() || i.c.calling.Load()
	a := activity{i.c.out.progress(), i.c.in.reads.Load(), i.c.replies.asked(), i.taken.Load()}
	if heard || a.sent != i.seen.sent || a.asked != i.seen.asked || a.taken != i.seen.taken {
		i.moved = now
	}
	// What the last look did not see may have begun just now, whenever that was: a timer may be late.
	if a.sent != i.seen.sent || !writing || !i.waited {
		i.wrote = now
	}
	if heard || !outstanding || !i.owed {
		i.heard = now
	}
	i.waited, i.owed = writing, outstanding
	little = float64(a.reads-i.seen.reads) < quietReads*(now-i.at).Seconds()
	i.seen, i.at = a, now
	return little
}

// overdue is how long the connection has been silent, if that is too long.
func (i *idleCheck) overdue(now time.Duration, outstanding, writing bool) time.Duration {
	t := i.timeout()
	if t <= 0 {
		return 0
	}
	if d := now - i.moved; d >= t && (outstanding || writing || i.c.shared.cfg.CloseIdle || i.holds()) {
		return d
	}
	if d := now - i.wrote; d >= t {
		return d
	}
	if d := now - i.heard; d >= 2*t {
		return d
	}
	return 0
}

// holds reports whether streams are held for the peer. In Spark they are, for as long as the connection lasts.
func (i *idleCheck) holds() bool {
	holder, ok := i.c.handler.Streams().(StreamHolder)
	return ok && holder.Holds(i.c)
}

// next is the time until the next look, which comes when the connection will have been silent for too long.
func (i *idleCheck) next(now time.Duration) time.Duration {
	d := i.pause()
	if t := i.timeout(); t > 0 {
		for _, left := range []time.Duration{t - (now - i.moved), t - (now - i.wrote)} {
			if left > 0 {
				d = min(d, max(left, time.Millisecond))
			}
		}
	}
	return d
}
