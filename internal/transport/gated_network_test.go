// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"net"

	"github.com/twinwire/twinwire/api"
)

// gatedNetwork accepts connections whose writes pass a gate, one for each permit.
type gatedNetwork struct {
	api.Network
	ctx     context.Context
	permits *api.Queue[struct{}]
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
	return &gatedConn{c, l.network}, err
}

type gatedConn struct {
	net.Conn
	network *gatedNetwork
}

func (c *gatedConn) Write(b []byte) (int, error) {
	if _, err := c.network.permits.Get(c.network.ctx); err != nil {
		return 0, err
	}
	return c.Conn.Write(b)
}
