// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"bytes"
	"errors"
	"os"
	"time"

	"github.com/twinwire/twinwire/api"
)

const (
	// holdUp is about how long a write may hold up the task whose request it carries.
	holdUp = 25 * time.Millisecond
	// turns is how many times that task writes what others have appended meanwhile.
	turns = 16
)

// begin makes the caller the one who flushes. It reports false when another has begun already.
func (w *writer) begin() bool {
	if !w.state.due() { // as whoever looks after it finds most often
		return false
	}
	w.mu.Lock()
	due := w.state.due()
	if due {
		w.state.setDueLocked(false)
	}
	w.mu.Unlock()
	return due
}

// linger lets others add to what the caller is to flush, as long as they do.
func (w *writer) linger() {
	for range lingerRounds {
		before := w.amount()
		w.rt.Yield()
		if w.amount() == before {
			return
		}
	}
}

// lingerRounds bounds how often.
const lingerRounds = 16

// flush is flushOn for a task that was started for it.
func (w *writer) flush() {
	w.rt.Yield()
	if w.begin() {
		w.flushOn()
	}
}

// flushOn writes until nothing waits, however long that takes.
func (w *writer) flushOn() {
	if w.renew != 0 {
		w.renew = 0
		_ = w.conn.SetWriteDeadline(time.Time{}) // the write tells
	}
	for {
		w.mu.Lock()
		if w.corked && len(w.ops)+len(w.tail) == 0 {
			w.mu.Unlock()
			w.cork(false)
			continue
		}
		if w.idleLocked() {
			return
		}
		if len(w.tail) > 0 {
			w.stepLocked(writeOp{})
		}
		ops := w.ops
		w.ops, w.spareOps = w.spareOps, nil
		w.mu.Unlock()
		if len(ops) > 1 {
			w.cork(true)
		}
		for rest := ops; len(rest) > 0; {
			n, err := w.writeSome(rest)
			w.written(rest[:n]...)
			rest = rest[n:]
			if err != nil {
				w.file.close()
				drop(rest)
				w.broken(err)
				return
			}
		}
		w.file.close()
		clear(ops)
		w.mu.Lock()
		w.spareOps = ops[:0]
		w.mu.Unlock()
	}
}

// cork has the connection send full packets only, or end that. Several bodies then travel as one stream: each by itself
// would end in a packet that is nearly empty, for a block of 64 KiB with its header is a little more than the largest.
func (w *writer) cork(on bool) {
	if w.corked == on {
		return
	}
	if c, ok := w.conn.(api.Corker); ok {
		w.corked = on
		c.Cork(on)
	}
}

// idleLocked ends flushing when nothing waits. It is called with mu held and returns without it when that is so.
func (w *writer) idleLocked() bool {
	if len(w.ops)+len(w.tail) > 0 && !w.closed {
		return false
	}
	if w.nothingLocked() {
		w.flushing = false
		w.restsLocked()
		w.mu.Unlock()
		return true
	}
	last := w.last && !w.closed
	if cap(w.sealed) > 2*stepBytes {
		w.sealed = nil
	}
	w.restLocked()
	if last {
		w.owner.halfClose()
	}
	return true
}

// flushBrieflyLocked begins, unless another has, and is then flushOn for a task with other things to do, for messages that
// were copied. It reports false when another task must go on: the peer is slow to take them, there is something else to
// write, or it has written for others often enough. It is called with mu held and returns without it.
func (w *writer) flushBrieflyLocked() bool {
	if !w.state.due() {
		w.mu.Unlock()
		return true
	}
	w.state.setDueLocked(false)
	for range turns {
		if len(w.tail) == 0 || len(w.ops) > 0 || w.closed {
			return w.notBrieflyLocked()
		}
		b := w.tail
		w.tail = w.takeSpareLocked()
		w.mu.Unlock()
		n, err := w.putBriefly(b)
		if err != nil {
			return w.putPart(b, n, err)
		}
		w.mu.Lock()
		w.state.wroteLocked(n)
		if w.tail == nil && cap(b) <= 2*stepBytes && !w.quiet.Load() { // as most often
			w.tail = b[:0]
		} else {
			w.spareLocked(b)
		}
		if w.endsLocked(int64(len(b))) {
			return true
		}
	}
	w.mu.Unlock()
	return false
}

// endsLocked counts size bytes that were written, and reports whether that ends flushing: then it returns without mu.
func (w *writer) endsLocked(size int64) bool {
	w.pending.add(-size)
	if w.awaited {
		w.wakeLocked(size)
	}
	if !w.nothingLocked() {
		return false
	}
	w.flushing = false // as most often
	w.restsLocked()
	w.mu.Unlock()
	return true
}

// nothingLocked reports whether to end flushing takes no more than to say so.
func (w *writer) nothingLocked() bool {
	return len(w.ops)+len(w.tail) == 0 && !w.last && !w.closed && !w.awaited && w.cipher == nil
}

// notBrieflyLocked ends flushBrieflyLocked where there is nothing that was copied.
func (w *writer) notBrieflyLocked() bool {
	idle := w.idleLocked()
	if !idle {
		w.mu.Unlock()
	}
	return idle
}

// wakeLocked wakes those who waited for the room of n bytes that were written, without mu.
func (w *writer) wakeLocked(n int64) {
	if wake := w.roomLocked(n); wake != nil {
		w.mu.Unlock()
		wakeAll(wake)
		w.mu.Lock()
	}
}

// putPart goes on where putBriefly put only n bytes of b, and reports false when another task must.
func (w *writer) putPart(b []byte, n int, err error) bool {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		w.putBack(b, n)
		return false
	}
	w.mu.Lock()
	w.state.wroteLocked(n)
	w.spareLocked(b)
	w.pending.add(int64(-len(b)))
	wake := w.roomLocked(int64(len(b)))
	w.mu.Unlock()
	wakeAll(wake)
	w.broken(err)
	return true
}

func wakeAll(tasks []api.Waiter) {
	for _, me := range tasks {
		me.Wake()
	}
}

// putBriefly writes b in one go, and returns how much of it, or of what a cipher made of it, the peer was quick to take.
func (w *writer) putBriefly(b []byte) (n int, err error) {
	if now := w.clock.Elapsed(); now > w.renew || w.cipher != nil || w.renew == 0 {
		b = w.readyBriefly(now, b)
	}
	return w.conn.Write(b)
}

// readyBriefly moves the write deadline on, if it is time, and returns what is to be written.
func (w *writer) readyBriefly(now time.Duration, b []byte) []byte {
	if now > w.renew || w.renew == 0 {
		_ = w.conn.SetWriteDeadline(w.rt.Now().Add(2 * holdUp)) // the write tells
		w.renew = now + holdUp
	}
	if w.cipher != nil {
		w.sealed = w.cipher.Seal(w.sealed[:0], b)
		b = w.sealed
	}
	return b
}

// putBack makes what is left of b the next to be written, when n bytes were.
func (w *writer) putBack(b []byte, n int) {
	var left writeOp
	if w.cipher == nil {
		left = writeOp{bytes: b[n:]}
	} else {
		left = writeOp{bytes: bytes.Clone(w.sealed[n:]), sealed: int64(len(b))}
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.state.wroteLocked(n)
	if w.closed {
		return
	}
	if w.cipher == nil {
		w.pending.add(int64(-n))
	}
	w.ops = append([]writeOp{left}, w.ops...)
}
