// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"context"
	"fmt"
	"runtime/debug"

	"github.com/twinwire/twinwire/api"
)

// inbox holds an endpoint's messages and runs the endpoint, one message at a time, as Spark's Inbox. A message loop
// that was given an inbox processes it; the inbox stands in the dispatcher's queue at most once.
type inbox struct {
	env      *Env
	ref      api.RpcEndpointRef
	endpoint api.RpcEndpoint
	factory  api.MessageFactory  // the endpoint, if it is one
	observer api.NetworkObserver // the endpoint, if it is one
	ctx      context.Context     // ends with the endpoint
	cancel   context.CancelFunc

	mu        api.Mutex
	queue     []message
	scheduled bool // in the dispatcher's queue, or being processed
	stopped   bool // OnStop is queued; nothing comes behind it
}

// message is one entry of an inbox.
type message struct {
	kind   messageKind
	call   *callContext // of oneWay and ask
	value  any
	remote api.RpcAddress // of the events
	cause  error          // of networkError
}

type messageKind uint8

const (
	onStart messageKind = iota + 1
	oneWay
	ask
	connected
	disconnected
	networkError
	onStop
)

func newInbox(e *Env, ref api.RpcEndpointRef, ep api.RpcEndpoint) *inbox {
	in := &inbox{env: e, ref: ref, endpoint: ep, mu: e.rt.NewMutex(), queue: []message{{kind: onStart}}, scheduled: true}
	in.factory, _ = ep.(api.MessageFactory)
	in.observer, _ = ep.(api.NetworkObserver)
	ctx, cancel := api.WithCancel(e.ctx, e.rt)
	in.ctx, in.cancel = context.WithValue(ctx, inboxKey{}, in), cancel
	return in
}

// inboxKey finds the inbox whose handler a context belongs to.
type inboxKey struct{}

// post appends m. schedule says that the inbox must be given to a message loop; ok is false when the endpoint is
// stopping and m was dropped.
func (in *inbox) post(m message) (schedule, ok bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.stopped {
		return false, false
	}
	if m.kind == onStop {
		in.stopped = true
	}
	in.queue = append(in.queue, m)
	schedule = !in.scheduled
	in.scheduled = true
	return schedule, true
}

// process handles up to batch messages and reports whether there are more.
func (in *inbox) process(batch int) (more bool) {
	for range batch {
		in.mu.Lock()
		if len(in.queue) == 0 {
			in.scheduled = false
			in.mu.Unlock()
			return false
		}
		m := in.queue[0]
		in.queue[0] = message{}
		in.queue = in.queue[1:]
		in.mu.Unlock()
		if err := in.handle(m); err != nil {
			in.onError(err)
		}
	}
	return true
}

// handle runs the endpoint for one message. A panic of the endpoint is an error like another.
func (in *inbox) handle(m message) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &PanicError{Value: p, Stack: debug.Stack()}
			if m.kind == ask {
				m.call.fail(err)
			}
		}
	}()
	switch m.kind {
	case onStart:
		if s, ok := in.endpoint.(api.Starter); ok {
			return s.OnStart(in.ref)
		}
	case oneWay:
		in.env.stats.delivered.Add(1)
		return in.endpoint.Receive(m.call, m.value)
	case ask:
		in.env.stats.delivered.Add(1)
		if err := in.endpoint.ReceiveAndReply(m.call, m.value); err != nil {
			m.call.fail(err)
			return err
		}
	case connected:
		in.observer.OnConnected(m.remote)
	case disconnected:
		in.observer.OnDisconnected(m.remote)
	case networkError:
		in.observer.OnNetworkError(m.cause, m.remote)
	case onStop:
		return in.stop()
	}
	return nil
}

// stop runs OnStop, after which the endpoint is gone.
func (in *inbox) stop() error {
	in.cancel()
	defer in.env.dispatcher.ended()
	if s, ok := in.endpoint.(api.Stopper); ok {
		return s.OnStop()
	}
	return nil
}

// onError tells the endpoint of an error of its own, or logs it.
func (in *inbox) onError(cause error) {
	h, ok := in.endpoint.(api.ErrorHandler)
	if !ok {
		in.env.cfg.Logger.Warn("endpoint failed", "endpoint", in.ref.Name(), "error", cause)
		return
	}
	defer func() {
		if p := recover(); p != nil {
			in.env.cfg.Logger.Error("OnError panicked", "endpoint", in.ref.Name(), "error", cause, "panic", p)
		}
	}()
	h.OnError(cause)
}

// PanicError is a panic of an endpoint's method.
type PanicError struct {
	Value any
	Stack []byte
}

// Error returns "panic: value"; the stack is for who asks for it.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }
