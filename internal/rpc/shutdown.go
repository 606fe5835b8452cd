// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"cmp"
	"context"
	"errors"
	"slices"

	"github.com/twinwire/twinwire/api"
)

// Shutdown implements api.RpcEnv. First whoever waits is told, so that handlers can end; then the endpoints finish, and
// only then the connections close, so that endpoints do not see the end of connections.
func (e *Env) Shutdown(ctx context.Context) error {
	e.mu.Lock()
	first := e.stopping.CompareAndSwap(false, true)
	e.mu.Unlock()
	if !first { // the first may have been given too little time
		if err := e.AwaitTermination(ctx); err != nil {
			return err
		}
		return errors.Join(e.dispatcher.awaitEnd(ctx), e.closeConnections(ctx))
	}
	e.cancel()
	for _, a := range e.unanswered() {
		a.fail(a.generation, api.ErrEnvStopped)
	}
	e.stopTimers()
	err := e.dispatcher.shutdown(ctx)
	for _, o := range e.allOutboxes() {
		o.stop(api.ErrEnvStopped)
	}
	err = errors.Join(err, e.closeConnections(ctx))
	e.mu.Lock()
	e.stopped = true
	wake := e.waiting
	e.waiting = nil
	e.mu.Unlock()
	for _, w := range wake {
		w.Wake()
	}
	return err
}

func (e *Env) closeConnections(ctx context.Context) (err error) {
	if e.server != nil {
		err = e.server.Close(ctx)
	}
	return errors.Join(err, e.clients.Close(ctx), e.downloads.Close(ctx))
}

// atStop arranges that f is called when the env is stopped, before it waits for anything; forget ends that.
func (e *Env) atStop(f func()) (forget func() bool) {
	return e.ctx.(interface{ AfterFunc(f func()) func() bool }).AfterFunc(f)
}

// AwaitTermination implements api.RpcEnv.
func (e *Env) AwaitTermination(ctx context.Context) error {
	w := e.rt.NewWaiter()
	for {
		e.mu.Lock()
		stopped := e.stopped
		if !stopped && !slices.Contains(e.waiting, w) {
			e.waiting = append(e.waiting, w)
		}
		e.mu.Unlock()
		if stopped {
			return nil
		}
		if err := w.Wait(ctx); err != nil {
			e.mu.Lock()
			e.waiting = slices.DeleteFunc(e.waiting, func(o api.Waiter) bool { return o == w })
			e.mu.Unlock()
			return err
		}
	}
}

// allOutboxes returns the outboxes in the order of their addresses.
func (e *Env) allOutboxes() []*outbox {
	e.mu.Lock()
	defer e.mu.Unlock()
	all := make([]*outbox, 0, len(e.outboxes))
	for _, o := range e.outboxes {
		all = append(all, o)
	}
	slices.SortFunc(all, func(a, b *outbox) int {
		return cmp.Or(cmp.Compare(a.address.Host, b.address.Host), cmp.Compare(a.address.Port, b.address.Port))
	})
	return all
}

// stopTimers ends the timers of the asks, all of which have their outcome.
func (e *Env) stopTimers() {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, kind := range []*askKind{&e.usual, &e.lookups, &e.watches} {
		if kind.timer != nil {
			kind.timer.Stop()
		}
	}
}
