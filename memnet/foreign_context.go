// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"fmt"

	"github.com/twinwire/twinwire/api"
)

// A poll is a wait whose context is of the standard library, which tells nobody: the world looks whether it has ended
// when the host's tasks, or main, have run, because only they can have ended it.
type poll struct {
	waiter *waiter
	done   <-chan struct{}
}

// refuseForeign refuses a deadline made by the machine's clock, which lies before virtual time began.
//
//go:norace
func (w *World) refuseForeign(ctx context.Context) error {
	at, ok := ctx.Deadline()
	if !ok || !at.Before(w.foreign) {
		return nil
	}
	return fmt.Errorf("deadline %s: %w", at.UTC().Format("2006-01-02 15:04:05"), api.ErrForeignDeadline)
}

// poll has the world look at the context until stop, for the waiter's task.
//
//go:norace
func (s *waiter) poll(ctx context.Context, h *Host) (stop func() bool) {
	p := poll{waiter: s, done: ctx.Done()}
	h.polled = append(h.polled, p)
	h.world.polled++
	return (&endOfPoll{p, h}).stop
}

// endOfPoll ends one. It is a method's, because a function inside another is not spared by go:norace.
type endOfPoll struct {
	poll
	host *Host
}

//go:norace
func (e *endOfPoll) stop() bool {
	e.host.forgetPoll(e.waiter)
	e.host.world.polled--
	e.waiter.ended = closed(e.done)
	return true
}

//go:norace
func (h *Host) forgetPoll(s *waiter) {
	kept := h.polled[:0]
	for _, p := range h.polled {
		if p.waiter != s {
			kept = append(kept, p)
		}
	}
	clear(h.polled[len(kept):])
	h.polled = kept
}

// pollHost makes the tasks of the host ready whose context has ended.
//
//go:norace
func (w *World) pollHost(h *Host) {
	for _, p := range h.polled {
		hide() // the kernel is not to know what led to it
		ended := closed(p.done)
		show()
		if ended && p.waiter.task != nil {
			w.makeReady(p.waiter.task)
		}
	}
}

// pollAll does so for all hosts, and reports whether there was one.
//
//go:norace
func (w *World) pollAll() bool {
	w.pollHost(w.root)
	for _, h := range w.order {
		w.pollHost(h)
	}
	return w.lone.t != nil || w.ready.len() > 0
}

// pollAfter does what is due after a step of a task of the host.
//
//go:norace
func (w *World) pollAfter(h *Host) {
	if h == w.root {
		w.pollAll()
		return
	}
	w.pollHost(h)
}

//go:norace
func closed(done <-chan struct{}) bool {
	select {
	case <-done:
		return true
	default:
		return false
	}
}
