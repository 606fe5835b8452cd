// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"time"

	"github.com/twinwire/twinwire/api"
)

// acceptPause is how long a listener that fails is left alone.
const acceptPause = 10 * time.Millisecond

// Proxy listens in front of one target and relays each connection to it, with the faults of a profile put between the
// bytes. Nothing is lost inside a stream; back-pressure and half-close pass through. Safe for concurrent use.
type Proxy struct {
	name   string
	target string
	inner  api.Network
	dice   *dice
	link   *partition
	front  net.Listener
	tasks  *api.Group
	ctx    context.Context // done when the proxy is closed
	cancel context.CancelFunc

	mu      api.Mutex
	closed  bool
	planned *schedule  // nil: none
	ready   []net.Conn // to the target, each waiting for its other half
	relays  []*relay   // those that run, the oldest first
}

// NewProxy listens at the address listen of inner in front of target, which need not be there yet. The name is for
// traces. ctx bounds the set-up only. Close it.
func NewProxy(ctx context.Context, rt api.Runtime, inner api.Network, p Profile, name, listen, target string) (*Proxy, error) {
	return newProxy(ctx, newDice(rt, p), inner, name, listen, target)
}

// NewPlannedProxy is NewProxy with the faults that a plan has for the connections between two hosts: see [PlanFor]. Times
// of the plan count from now.
func NewPlannedProxy(ctx context.Context, rt api.Runtime, inner api.Network, p ProxyPlan, name, listen, target string) (*Proxy, error) {
	d := newDice(rt, p.profile)
	proxy, err := newProxy(ctx, d, inner, name, listen, target)
	if err != nil {
		return nil, err
	}
	planned := newSchedule(d, p)
	proxy.mu.Lock()
	proxy.planned = planned
	proxy.mu.Unlock()
	planned.resets(proxy.resetAll)
	return proxy, nil
}

// schedule is what the plan has, or nil.
func (p *Proxy) schedule() *schedule {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.planned
}

// resetAll cuts every connection.
func (p *Proxy) resetAll() {
	p.mu.Lock()
	relays := slices.Clone(p.relays)
	p.mu.Unlock()
	for _, r := range relays {
		p.dice.fired(Reset)
		r.cut()
	}
}

// listenApart listens anywhere but at the target: a port that was just freed may be the free port that is found, and a
// proxy in front of itself would relay for ever.
func listenApart(ctx context.Context, inner api.Network, listen, target string) (net.Listener, error) {
	front, err := inner.Listen(ctx, listen)
	if err != nil || front.Addr().String() != target {
		return front, err
	}
	defer front.Close() // held until another port is found
	return inner.Listen(ctx, listen)
}

func newProxy(ctx context.Context, d *dice, inner api.Network, name, listen, target string) (*Proxy, error) {
	front, err := listenApart(ctx, inner, listen, target)
	if err != nil {
		return nil, fmt.Errorf("proxy %s to %s: %w", name, target, err)
	}
	p := &Proxy{
		name: name, target: target, inner: inner, dice: d, link: newPartition(d), front: front,
		tasks: api.NewGroup(d.rt), mu: d.rt.NewMutex(),
	}
	p.ctx, p.cancel = api.WithCancel(context.Background(), d.rt)
	p.tasks.Go("proxy accept "+name, func() error { p.accept(); return nil })
	return p, nil
}

// Addr is where the proxy listens.
func (p *Proxy) Addr() net.Addr { return p.front.Addr() }

// Counts returns how often each fault fired so far.
func (p *Proxy) Counts() Counts { return p.dice.snapshot() }

// Close stops listening, closes every connection, and waits for the proxy's tasks until ctx is done. Closing again
// waits too.
func (p *Proxy) Close(ctx context.Context) error {
	p.stop()
	return p.tasks.Wait(ctx)
}

// stop ends everything and waits for nothing.
func (p *Proxy) stop() {
	p.mu.Lock()
	p.closed = true
	ready, relays := p.ready, slices.Clone(p.relays)
	p.ready = nil
	p.mu.Unlock()
	p.cancel()
	p.front.Close()
	for _, c := range ready {
		c.Close()
	}
	for _, r := range relays {
		r.close()
	}
}

// accept starts a relay for each connection, until the listener is closed.
func (p *Proxy) accept() {
	for {
		c, err := p.front.Accept()
		switch {
		case err == nil:
			p.tasks.Go("proxy connect "+p.name, func() error { p.serve(c); return nil })
		case errors.Is(err, net.ErrClosed) || p.ctx.Err() != nil:
			return
		case api.Sleep(p.ctx, p.dice.rt, acceptPause) != nil:
			return
		}
	}
}

// serve relays one accepted connection, to a connection that waits for it or to one of its own.
func (p *Proxy) serve(near net.Conn) {
	far, ok := p.withdraw()
	if !ok {
		now := p.dice.rt.Now()
		refused, at := p.schedule().dial(now)
		if refused || p.dice.strikes(p.dice.profile.RefusePPM) {
			p.dice.fired(Refuse)
			abort(near)
			return
		}
		if api.Sleep(p.ctx, p.dice.rt, at.Sub(now)) != nil {
			abort(near)
			return
		}
		var err error
		if far, err = p.inner.Dial(p.ctx, p.target); err != nil {
			abort(near)
			return
		}
	}
	r := newRelay(p, near, far)
	if !p.add(r) {
		near.Close()
		far.Close()
		return
	}
	r.run()
}

// offer keeps a connection to the target for the next connection that is accepted.
func (p *Proxy) offer(far net.Conn) error {
	p.mu.Lock()
	closed := p.closed
	if !closed {
		p.ready = append(p.ready, far)
	}
	p.mu.Unlock()
	if closed {
		far.Close()
		return net.ErrClosed
	}
	return nil
}

// withdraw takes the oldest connection offered. One is as good as another.
func (p *Proxy) withdraw() (net.Conn, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.ready) == 0 {
		return nil, false
	}
	far := p.ready[0]
	p.ready = slices.Delete(p.ready, 0, 1)
	return far, true
}

func (p *Proxy) add(r *relay) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.closed {
		p.relays = append(p.relays, r)
	}
	return !p.closed
}

func (p *Proxy) remove(r *relay) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if i := slices.Index(p.relays, r); i >= 0 {
		p.relays = slices.Delete(p.relays, i, i+1)
	}
}
