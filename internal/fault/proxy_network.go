// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"context"
	"errors"
	"fmt"
	"net"

	"github.com/twinwire/twinwire/api"
)

// ErrRefused is the error of a Dial that a fault refused.
var ErrRefused = errors.New("connection refused by a fault")

// ProxyNetwork puts a [Proxy] in front of every address that is dialled, so that all connections of one side pass
// through the faults of a profile. What listens is left alone. A Dial that the target does not accept fails as it would
// without the proxy, one that a fault refuses with [ErrRefused]. The connections it returns are those of the network
// below, with their optional abilities; their remote address is the proxy's. Safe for concurrent use.
type ProxyNetwork struct {
	// ListenAddr is where the proxies listen; the port must be 0. Empty: "127.0.0.1:0". Set it before the first Dial.
	ListenAddr string

	inner api.Network
	name  string
	dice  *dice

	mu      api.Mutex
	closed  bool
	proxies []*Proxy // in the order of the first Dial
}

var _ api.Network = (*ProxyNetwork)(nil)

// NewNetwork returns inner with the faults of p on every connection it dials. Time for p.Until starts now. The name is
// for traces. Close it.
func NewNetwork(rt api.Runtime, inner api.Network, p Profile, name string) *ProxyNetwork {
	return &ProxyNetwork{inner: inner, name: name, dice: newDice(rt, p), mu: rt.NewMutex()}
}

// Listen is the network's below.
func (n *ProxyNetwork) Listen(ctx context.Context, addr string) (net.Listener, error) {
	return n.inner.Listen(ctx, addr)
}

// Dial connects to addr through a proxy. The target is dialled first, so that an error of the attempt is seen here.
func (n *ProxyNetwork) Dial(ctx context.Context, addr string) (net.Conn, error) {
	p, err := n.proxy(ctx, addr)
	if err != nil {
		return nil, err
	}
	if n.dice.strikes(n.dice.profile.RefusePPM) {
		n.dice.fired(Refuse)
		return nil, fmt.Errorf("dial %s: %w", addr, ErrRefused)
	}
	far, err := n.inner.Dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	if err := p.offer(far); err != nil {
		return nil, fmt.Errorf("dial %s: %w", addr, err)
	}
	near, err := n.inner.Dial(ctx, p.Addr().String())
	if err != nil {
		if far, ok := p.withdraw(); ok {
			far.Close()
		}
		return nil, err
	}
	return near, nil
}

// proxy returns the proxy in front of addr, and makes it when there is none.
func (n *ProxyNetwork) proxy(ctx context.Context, addr string) (*Proxy, error) {
	if p, err := n.find(addr); p != nil || err != nil {
		return p, err
	}
	listen := n.ListenAddr
	if listen == "" {
		listen = "127.0.0.1:0"
	}
	made, err := newProxy(ctx, n.dice, n.inner, n.name, listen, addr)
	if err != nil {
		return nil, err
	}
	n.mu.Lock()
	p, err := n.findLocked(addr)
	if p == nil && err == nil {
		n.proxies = append(n.proxies, made)
		p = made
	}
	n.mu.Unlock()
	if p != made { // another Dial was faster, or the network is closed
		if cerr := made.Close(ctx); cerr != nil {
			return nil, cerr
		}
	}
	return p, err
}

func (n *ProxyNetwork) find(addr string) (*Proxy, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.findLocked(addr)
}

func (n *ProxyNetwork) findLocked(addr string) (*Proxy, error) {
	if n.closed {
		return nil, fmt.Errorf("dial %s through proxy %s: %w", addr, n.name, net.ErrClosed)
	}
	for _, p := range n.proxies {
		if p.target == addr {
			return p, nil
		}
	}
	return nil, nil
}

// Counts returns how often each fault fired so far, on all connections together.
func (n *ProxyNetwork) Counts() Counts { return n.dice.snapshot() }

// Close closes every connection that was dialled and waits for the proxies' tasks until ctx is done. What listens is
// left alone. Closing again waits too.
func (n *ProxyNetwork) Close(ctx context.Context) error {
	n.mu.Lock()
	n.closed = true
	proxies := n.proxies
	n.mu.Unlock()
	for _, p := range proxies {
		p.stop()
	}
	for _, p := range proxies {
		if err := p.Close(ctx); err != nil {
			return err
		}
	}
	return nil
}
