// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"net"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
)

// gatedNetwork accepts connections whose writes pass a gate, one for each permit.
type gatedNetwork struct {
	api.Network
	rt      api.Runtime
	ctx     context.Context
	permits *api.Queue[struct{}]
	waiting atomic.Int32 // writes at the gate
}

func (n *gatedNetwork) Listen(ctx context.Context, addr string) (net.Listener, error) {
	l, err := n.Network.Listen(ctx, addr)
	return gatedListener{l, n}, err
}

// pass lets so many writes pass.
func (n *gatedNetwork) pass(writes int) {
	for range writes {
		_ = n.permits.Put(n.ctx, struct{}{})
	}
}

type gatedListener struct {
	net.Listener
	network *gatedNetwork
}

func (l gatedListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	ctx, cancel := api.WithCancel(l.network.ctx, l.network.rt)
	return &gatedConn{c, l.network, ctx, cancel}, err
}

// gatedConn is a connection whose Close ends the writes that wait at the gate.
type gatedConn struct {
	net.Conn
	network *gatedNetwork
	ctx     context.Context
	cancel  context.CancelFunc
}

func (c *gatedConn) Write(b []byte) (int, error) {
	c.network.waiting.Add(1)
	_, err := c.network.permits.Get(c.ctx)
	c.network.waiting.Add(-1)
	if err != nil {
		return 0, net.ErrClosed
	}
	return c.Conn.Write(b)
}

func (c *gatedConn) Close() error {
	c.cancel()
	return c.Conn.Close()
}
