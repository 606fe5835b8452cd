// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"context"
	"errors"
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
	loops    *messageLoops // the env's, or its own
	life     *endpointLife

	concurrent bool // messages are handled by several loops at once

	mu        api.Mutex
	queue     []message
	scheduled bool // given to the loops; of a serial inbox, or being processed
	stopped   bool // OnStop is queued; nothing comes behind it
	open      bool // of a concurrent inbox, between OnStart and stop
	active    int  // of a concurrent inbox, loops that process it
	inboxRoom

	// Guarded by the mu of the loops.
	running int // loops that process it
	lent    int // those of them that lent their place
}

// message is one entry of an inbox.
type message struct {
	kind   messageKind
	size   int32        // what it counts for, if it came from a peer
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
	in.assign()
	ctx, cancel := api.WithCancel(e.ctx, e.rt)
	in.ctx, in.cancel = handlerContext{Context: ctx, in: in}, cancel
	return in
}

// post appends m. schedule says that the inbox must be given to a message loop; ok is false when the endpoint is
// stopping and m was dropped.
func (in *inbox) post(m message) (schedule, ok bool) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if in.stopped {
		return false, false
	}
	in.queue = append(in.queue, m)
	in.putLocked(&m)
	if m.kind == onStop {
		in.stopped = true
		if in.open { // who is at it goes on alone
			in.open = false
			schedule = !in.scheduled && in.active == 0
			in.scheduled = in.scheduled || schedule
			return schedule, true
		}
	}
	schedule = !in.scheduled
	in.scheduled = true
	return schedule, true
}

// process handles up to batch messages and reports whether there are more, which a loop must be told of.
func (in *inbox) process(batch int) (more bool) {
	if in.concurrent {
		return in.processConcurrently(batch)
	}
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
		in.tookLocked(&m)
		in.mu.Unlock()
		if err := in.handle(m); err != nil {
			in.onError(err)
		}
	}
	return true
}

// handle runs the endpoint for one message.
func (in *inbox) handle(m message) error {
	if in.env.events.HandlerSlow == nil {
		return in.attempt(m)
	}
	began := in.env.rt.Now()
	err := in.attempt(m)
	if took := in.env.rt.Now().Sub(began); took >= in.env.events.SlowAfter {
		in.env.events.HandlerSlow(api.HandlerSlow{Endpoint: in.ref.Address(), Took: took})
	}
	return err
}

// attempt runs it so that a panic is an error like another; when it ends the task (runtime.Goexit), the asker is told,
// and the loops replace the task.
func (in *inbox) attempt(m message) (err error) {
	returned := false
	defer func() {
		p := recover()
		switch {
		case p != nil:
			err = api.NewPanicError(p, debug.Stack())
			if m.kind == ask {
				m.call.fail(err)
			}
		case !returned && m.kind == ask:
			m.call.fail(errTaskEnded)
		}
	}()
	err = in.run(m)
	returned = true
	return err
}

var errTaskEnded = errors.New("the handler ended its task: runtime.Goexit")

func (in *inbox) run(m message) error {
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
	defer in.env.dispatcher.ended(in)
	if s, ok := in.endpoint.(api.Stopper); ok {
		return s.OnStop()
	}
	return nil
}

// onError tells the endpoint of an error of its own, and the listener.
func (in *inbox) onError(cause error) {
	h, ok := in.endpoint.(api.ErrorHandler)
	if !ok {
		in.endpointFailed(cause, false)
		return
	}
	defer func() {
		if p := recover(); p != nil {
			in.endpointFailed(cause, false)
			in.endpointFailed(api.NewPanicError(p, debug.Stack()), false)
		}
	}()
	h.OnError(cause)
	in.endpointFailed(cause, true)
}
