// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"context"
	"slices"
	"time"

	"github.com/twinwire/twinwire/api"
)

// room waits while too much is waiting to be written, or until the writer is closed.
func (w *writer) room(ctx context.Context) error {
	if w.pending.tight.Load() {
		return w.awaitRoom(ctx)
	}
	return nil
}

func (w *writer) awaitRoom(ctx context.Context) error {
	me := w.rt.NewWaiter()
	for w.queue(me, writeRoom) {
		if err := me.Wait(ctx); err != nil {
			w.unqueue(me)
			return err
		}
	}
	return nil
}

// queue lists me among those to be woken when fewer than limit bytes wait; not, when that is so or the writer is closed.
func (w *writer) queue(me api.Waiter, limit int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shareLocked()
	if w.closed || w.pending.bytes < limit {
		return false
	}
	if !slices.Contains(w.waiting, me) {
		w.waiting, w.awaited = append(w.waiting, me), true
	}
	return true
}

// unqueue takes me off that list.
func (w *writer) unqueue(me api.Waiter) {
	w.mu.Lock()
	w.waiting = slices.DeleteFunc(w.waiting, func(other api.Waiter) bool { return other == me })
	w.mu.Unlock()
}

// settle has the reading task wait for room before it takes in a request: who takes no answers is not read from. When
// nothing was written for as long as patience it goes on reading, until there is room again, because the peer may itself
// have stopped reading until this side reads: each would wait for the other for ever. What the peer then asks for is
// bounded by admit and await.
func (w *writer) settle() {
	if !w.pending.tight.Load() {
		w.stuck = false
		return
	}
	for !w.stuck {
		before := w.progress()
		if w.below(writeRoom) {
			return
		}
		w.stuck = w.progress() == before
	}
}

// admit has an answer wait, for patience, while the most waits already that a connection holds for its peer. It reports
// false when it still does.
func (w *writer) admit() bool { return !w.pending.full.Load() || w.below(w.pending.most) }

// await has the reading task wait while that is so, until the connection ends; the idle check sees to it that it does
// when nothing is written.
func (w *writer) await() {
	for !w.admit() {
	}
}

// below waits, for patience, until fewer than limit bytes wait, or the writer is closed, and reports whether that is so.
func (w *writer) below(limit int64) bool {
	me := w.rt.NewWaiter()
	until := w.rt.Now().Add(patience)
	timer := w.rt.AfterFunc(patience, me.Wake)
	defer timer.Stop()
	for w.queue(me, limit) {
		_ = me.Wait(nil) //nolint:staticcheck // a nil context: the timer ends it
		if !w.rt.Now().Before(until) {
			w.unqueue(me)
			return !w.congested(limit)
		}
	}
	return true
}

func (w *writer) congested(limit int64) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return !w.closed && w.pending.bytes >= limit
}

// progress is how many bytes were written.
func (w *writer) progress() uint64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.sent.Load() + w.state.written()
}

// busy reports whether bytes wait to be written.
func (w *writer) busy() bool { return w.amount() > 0 }

// amount is how many do, those that are being written included.
func (w *writer) amount() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pending.bytes + w.state.alone()
}

// backlogError says that a peer does not take its answers.
type backlogError struct{ after time.Duration }

func (e *backlogError) Error() string {
	return "the peer took less than its answers for " + e.after.String()
}
