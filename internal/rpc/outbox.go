// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"context"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// outbox keeps the messages to one address until there is a connection, and sends them in order, as Spark's Outbox. A
// failed connection attempt is repeated with backoff inside a bound while messages wait; when the bound is reached every
// waiting message fails with the cause. A message that was handed to a connection is never sent again.
type outbox struct {
	env     *Env
	address api.RpcAddress

	envelope atomic.Pointer[envelope] // the last
	frame    atomic.Pointer[frame]    // likewise, of one-way messages
	// direct is the connection while nothing waits for it: then a message may go straight to it, where those of other
	// tasks join it in one write, without overtaking an earlier one of its own sender. It is written with mu held.
	direct atomic.Pointer[transport.Client]

	mu         api.Mutex
	queue      []outMessage
	bytes      int // of the queue
	client     *transport.Client
	connecting bool
	draining   bool
	stopped    error // why nothing is taken any more
}

// outMessage is an encoded message and, of an ask, who waits.
type outMessage struct {
	body []byte
	ask  *pendingAsk
}

// envelope is what stands before every content that goes to an endpoint.
type envelope struct {
	name  string
	bytes []byte
}

// outboxTo returns the outbox of an address. A new one is made after a failure has ended the last.
func (e *Env) outboxTo(address *api.RpcAddress) (*outbox, error) {
	if o := e.recent.Load(); o != nil && o.address == *address {
		return o, nil
	}
	return e.otherOutbox(*address)
}

func (e *Env) otherOutbox(address api.RpcAddress) (*outbox, error) {
	if address.IsZero() {
		return nil, fmt.Errorf("%w: the endpoint of a client-mode env is reached only through a reference it sent", api.ErrUnboundRef)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.stopping.Load() {
		return nil, api.ErrEnvStopped
	}
	o := e.outboxes[address]
	if o == nil {
		o = &outbox{env: e, address: address, mu: e.rt.NewMutex()}
		e.outboxes[address] = o
	}
	e.recent.Store(o)
	return o, nil
}

// sendNow sends a one-way message if nothing waits for a connection. It was copied, if it is not above the transport's
// CopyLimit.
func (o *outbox) sendNow(ctx context.Context, frame []byte) bool {
	c := o.direct.Load()
	switch {
	case c == nil || !c.IsActive():
		return false
	case len(frame) > transport.CopyLimit:
		return c.Send(ctx, frame[wire.OneWayHeaderLen:]) == nil
	}
	return c.SendFrame(ctx, frame) == nil
}

// send keeps a message until it can be sent.
func (o *outbox) send(m outMessage) error {
	if err := o.enqueue(m); err != nil {
		return err
	}
	if m.ask != nil {
		o.env.guard(m.ask)
	}
	if o.congested() { // draining waits for room, which the caller must not for others' messages
		o.env.rt.Go("outbox "+o.address.HostPort(), o.drain)
		return nil
	}
	o.drain()
	return nil
}

func (o *outbox) congested() bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.client != nil && o.client.Congested()
}

// enqueue appends m to what waits.
func (o *outbox) enqueue(m outMessage) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	cfg := &o.env.cfg
	switch {
	case o.stopped != nil:
		return o.stopped
	case len(o.queue) >= cfg.OutboxMessages:
		return fmt.Errorf("%w: %d messages wait for %s (RpcEnv.OutboxMessages)", api.ErrOutboxFull, cfg.OutboxMessages, o.address)
	case o.bytes+len(m.body) > cfg.OutboxBytes && len(o.queue) > 0:
		return fmt.Errorf("%w: %d bytes wait for %s (RpcEnv.OutboxBytes)", api.ErrOutboxFull, o.bytes, o.address)
	}
	o.queue = append(o.queue, m)
	o.bytes += len(m.body)
	o.direct.Store(nil)
	return nil
}

// drain sends what is queued, in order, unless another task does so; or starts to connect.
func (o *outbox) drain() {
	for {
		o.mu.Lock()
		if o.stopped != nil || o.connecting || o.draining || len(o.queue) == 0 {
			idle := o.stopped == nil && !o.connecting && !o.draining
			if idle {
				o.direct.Store(o.client)
			}
			gone := idle && o.client == nil // it ended while the last message was sent
			o.mu.Unlock()
			if gone {
				o.env.forget(nil, o.address)
			}
			return
		}
		if o.client == nil || !o.client.IsActive() {
			o.connecting = true
			o.mu.Unlock()
			o.env.rt.Go("connect "+o.address.HostPort(), o.connect)
			return
		}
		o.draining = true
		client := o.client
		m := o.queue[0]
		o.queue[0] = outMessage{}
		o.queue = o.queue[1:]
		o.bytes -= len(m.body)
		o.mu.Unlock()
		err := m.transmit(o.env.ctx, client)
		o.mu.Lock()
		o.draining = false
		again := err != nil && o.stopped == nil // nothing was sent: it is the first for the next connection
		if again {
			o.queue = append([]outMessage{m}, o.queue...)
			o.bytes += len(m.body)
			o.client = nil
			err = nil
		}
		o.mu.Unlock()
		if again && o.env.stopping.Load() { // there is none
			o.stop(api.ErrEnvStopped)
			return
		}
		if err == nil && m.ask != nil {
			o.env.guard(m.ask)
		}
		if err != nil {
			o.drop([]outMessage{m}, err)
		}
	}
}

// transmit hands a message to a connection. An error says that nothing was sent.
func (m *outMessage) transmit(ctx context.Context, client *transport.Client) error {
	if m.ask == nil {
		return client.Send(ctx, m.body)
	}
	return m.ask.sendQueued(ctx, client, m.body)
}

// connect is the connecting task.
func (o *outbox) connect() {
	wait := o.env.cfg.ConnectRetryWait
	for attempt := 0; ; attempt++ {
		client, err := o.env.clients.Client(o.env.ctx, o.address.HostPort())
		if err == nil {
			o.mu.Lock()
			o.client, o.connecting = client, false
			o.mu.Unlock()
			o.drain()
			return
		}
		if o.env.stopping.Load() {
			o.stop(api.ErrEnvStopped)
			return
		}
		if attempt >= o.env.cfg.ConnectRetries {
			o.connectFailed(attempt, 0, err)
			o.stop(err)
			return
		}
		o.env.stats.connectRetries.Add(1)
		pause := wait + time.Duration(o.env.rt.Rand().Int64N(int64(wait)/2+1))
		o.connectFailed(attempt, pause, err)
		if api.Sleep(o.env.ctx, o.env.rt, pause) != nil {
			o.stop(api.ErrEnvStopped)
			return
		}
		wait = max(wait, min(2*wait, 10*time.Second))
	}
}

// connectFailed tells the listener of a failed attempt.
func (o *outbox) connectFailed(attempt int, retry time.Duration, cause error) {
	tell := o.env.events.ConnectFailed
	if tell == nil {
		return
	}
	o.mu.Lock()
	waiting := len(o.queue)
	o.mu.Unlock()
	tell(api.ConnectFailed{Remote: o.address.HostPort(), Attempt: attempt + 1, Retry: retry, Waiting: waiting, Cause: cause})
}

// stop ends the outbox: every queued message fails with cause. The next message to the address makes a new one.
func (o *outbox) stop(cause error) {
	e := o.env
	e.mu.Lock()
	if e.outboxes[o.address] == o {
		delete(e.outboxes, o.address)
	}
	e.recent.CompareAndSwap(o, nil)
	e.mu.Unlock()
	o.mu.Lock()
	if o.stopped != nil {
		o.mu.Unlock()
		return
	}
	o.stopped = cause
	queue := o.queue
	o.queue, o.client = nil, nil
	o.direct.Store(nil)
	o.mu.Unlock()
	o.drop(queue, cause)
}

// drop fails messages that will not be sent. The listener hears of it before those who asked.
func (o *outbox) drop(queue []outMessage, cause error) {
	sends := 0
	for _, m := range queue {
		if m.ask == nil {
			sends++
		}
	}
	o.env.stats.outboxDropped.Add(uint64(sends))
	if tell := o.env.events.MessageDropped; tell != nil && sends > 0 {
		tell(api.MessageDropped{Remote: o.address, Count: sends, Cause: cause})
	}
	for _, m := range queue {
		if m.ask != nil {
			m.ask.fail(m.ask.generation(), cause)
		}
	}
}
