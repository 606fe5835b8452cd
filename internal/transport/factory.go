// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/twinwire/twinwire/api"
)

// ClientBootstrap runs on a new outgoing connection before anybody else may use it: a handshake, for example.
type ClientBootstrap interface {
	Bootstrap(ctx context.Context, c *Client) error
}

// ClientFactory makes connections and keeps them for reuse, a pool of slots for each peer, as Spark's
// TransportClientFactory. At most one attempt for a slot is under way; others who want it wait for that one. Safe for
// concurrent use.
type ClientFactory struct {
	*shared
	network    api.Network
	handler    RpcHandler
	bootstraps []ClientBootstrap

	mu     api.Mutex
	pools  map[string]*clientPool
	spare  map[string]*Client // borrowed once, and given back
	open   map[*Client]uint64 // every connection that has not ended, with its number
	count  uint64
	frames uint64      // of connections that have ended
	closed atomic.Bool // set under mu; who connects looks without it
}

type clientPool struct {
	slots   []clientSlot
	failed  bool
	failure time.Time // of the last failed attempt, if failed
}

type clientSlot struct {
	client     *Client
	connecting bool
	waiting    []api.Waiter
	giveUp     atomic.Pointer[context.CancelFunc] // ends the attempt to connect
}

// NewClientFactory returns a factory without connections. handler serves what peers ask over them.
func NewClientFactory(rt api.Runtime, network api.Network, cfg Config, handler RpcHandler, bootstraps ...ClientBootstrap) *ClientFactory {
	cfg.ConnectionsPerPeer = max(1, cfg.ConnectionsPerPeer)
	return &ClientFactory{
		shared: newShared(rt, cfg), network: network, handler: handler, bootstraps: bootstraps,
		mu: rt.NewMutex(), pools: map[string]*clientPool{}, spare: map[string]*Client{}, open: map[*Client]uint64{},
	}
}

// Client returns an active connection to address: one of the pool's, or a new one. Failures are a *ConnectionError, or
// ctx's error.
func (f *ClientFactory) Client(ctx context.Context, address string) (*Client, error) {
	return f.client(ctx, address, false)
}

// ClientFailFast is Client, except that soon after a failed attempt it fails at once without another.
func (f *ClientFactory) ClientFailFast(ctx context.Context, address string) (*Client, error) {
	return f.client(ctx, address, true)
}

func (f *ClientFactory) client(ctx context.Context, address string, failFast bool) (*Client, error) {
	pick := 0
	if f.cfg.ConnectionsPerPeer > 1 {
		pick = f.rt.Rand().IntN(f.cfg.ConnectionsPerPeer)
	}
	for {
		c, slot, wait, err := f.take(address, pick, failFast)
		if c != nil || err != nil {
			return c, err
		}
		if wait == nil {
			return f.connect(ctx, address, slot)
		}
		if err := wait.Wait(ctx); err != nil {
			return nil, err
		}
	}
}

// take returns the slot's client if it is active; or a waiter, when another task is connecting; or neither, when the
// caller must connect.
func (f *ClientFactory) take(address string, pick int, failFast bool) (*Client, *clientSlot, api.Waiter, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.closed.Load() {
		return nil, nil, nil, &ConnectionError{Op: "connect", Remote: address, Cause: errFactoryClosed}
	}
	p := f.pools[address]
	if p == nil {
		p = &clientPool{slots: make([]clientSlot, f.cfg.ConnectionsPerPeer)}
		f.pools[address] = p
	}
	slot := &p.slots[pick]
	if c := slot.client; c != nil && c.IsActive() && c.idle.claim() {
		return c, nil, nil, nil
	}
	if slot.connecting {
		w := f.rt.NewWaiter()
		slot.waiting = append(slot.waiting, w)
		return nil, nil, w, nil
	}
	window := f.cfg.RetryWait - f.cfg.RetryWait/20 // 95 %, of any wait there is
	if failFast && p.failed && f.rt.Now().Sub(p.failure) < window {
		return nil, nil, nil, &ConnectionError{Op: "connect", Remote: address, Cause: &JavaError{
			Class: "java.io.IOException", Message: "failed in the last " + window.String() + ", fail this connection directly",
		}}
	}
	slot.connecting = true
	return nil, slot, nil, nil
}

// connect fills the slot, which the caller has marked as connecting.
func (f *ClientFactory) connect(ctx context.Context, address string, slot *clientSlot) (*Client, error) {
	c, err := f.dial(ctx, address, slot)
	f.mu.Lock()
	p := f.pools[address]
	slot.connecting = false
	wake := slot.waiting
	slot.waiting = nil
	closed := f.closed.Load()
	if err == nil && !closed {
		slot.client = c
	}
	if unreachable(err) || err == nil {
		p.failed, p.failure = err != nil, f.rt.Now()
	}
	f.prune(address)
	f.mu.Unlock()
	for _, w := range wake {
		w.Wake()
	}
	if err == nil && closed {
		c.Close()
		return nil, &ConnectionError{Op: "connect", Remote: address, Cause: errFactoryClosed}
	}
	return c, err
}

// unreachable tells a failed connection from a failed handshake and from a caller who gave up.
func unreachable(err error) bool {
	broken, ok := err.(*ConnectionError) //nolint:errorlint // made by dial, never wrapped
	return ok && broken.Op == "connect"
}

// dial makes a connection, for a slot if there is one: then Close ends the attempt.
func (f *ClientFactory) dial(ctx context.Context, address string, slot *clientSlot) (*Client, error) {
	outer := ctx
	var cancel context.CancelFunc
	if f.cfg.ConnectTimeout > 0 {
		ctx, cancel = api.WithTimeout(ctx, f.rt, f.cfg.ConnectTimeout)
	} else {
		ctx, cancel = api.WithCancel(ctx, f.rt)
	}
	defer cancel()
	if slot != nil {
		slot.giveUp.Store(&cancel)
		defer slot.giveUp.Store(nil)
	}
	if f.closed.Load() {
		cancel()
	}
	conn, err := f.network.Dial(ctx, address)
	if err != nil {
		return nil, f.dialError(outer, ctx, address, err)
	}
	c := newClient(f.shared, conn, address)
	if !f.register(c) {
		conn.Close() // not used
		return nil, &ConnectionError{Op: "connect", Remote: address, Cause: errFactoryClosed}
	}
	c.shaking.Store(len(f.bootstraps) > 0)
	c.start(f.handler)
	for _, b := range f.bootstraps {
		if err := b.Bootstrap(ctx, c); err != nil {
			c.Close()
			return nil, err
		}
	}
	c.shaking.Store(false)
	return c, nil
}

// dialError tells the caller's own end from the connection's failure.
func (f *ClientFactory) dialError(outer, inner context.Context, address string, err error) error {
	switch {
	case outer.Err() != nil:
		return outer.Err()
	case f.closed.Load():
		err = errFactoryClosed
	case inner.Err() != nil:
		err = &api.TimeoutError{Op: "dial " + address, After: f.cfg.ConnectTimeout, Setting: "ConnectTimeout"}
	}
	return &ConnectionError{Op: "connect", Remote: address, Cause: err}
}
