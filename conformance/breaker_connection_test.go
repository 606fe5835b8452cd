// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/conformance"
)

func connectionBreakers() []breaker {
	return []breaker{
		{"bits flip", conns(func(c net.Conn) net.Conn { return flipping{c} }), []string{
			"what is written arrives, whole and in order, and then the end",
			"both directions work in turn",
			"what arrives before a cut is the beginning of what was written",
			"reads by many tasks with racing deadlines lose and invent nothing",
		}},
		{"writes lose a byte", conns(func(c net.Conn) net.Conn { return losing{c} }), []string{
			"writes by many tasks with racing deadlines only time out",
		}},
		{"deadlines are ignored", conns(func(c net.Conn) net.Conn { return deaf{c} }), []string{
			"a deadline in the past ends calls at once, and can be lifted",
			"a deadline to come ends a waiting call, and not before",
			"a deadline set while a call waits ends it",
		}},
		{"nothing closes", conns(func(c net.Conn) net.Conn { return immortal{c} }), []string{
			"closing an end ends its calls, and the other end sees it",
			"where nobody listens nobody connects, and a closed listener accepts no more",
		}},
		{"one read at a time", conns(func(c net.Conn) net.Conn { return &exclusive{Conn: c} }), []string{
			"all methods may be called at once",
		}},
		{"connections die together", hosts(func(h conformance.Host) conformance.Host { return &sympathyHost{Host: h} }), []string{
			"bytes that are no frames leave an env's other connections alone",
			"bytes that are no frames leave a service's other connections alone",
		}},
	}
}

func hosts(wrap func(conformance.Host) conformance.Host) func(conformance.Harness) conformance.Harness {
	return func(h conformance.Harness) conformance.Harness { return conformance.OnHosts(h, wrap) }
}

func conns(wrap func(net.Conn) net.Conn) func(conformance.Harness) conformance.Harness {
	return hosts(func(h conformance.Host) conformance.Host { return connHost{h, wrap} })
}

type connHost struct {
	conformance.Host
	wrap func(net.Conn) net.Conn
}

func (h connHost) Network() api.Network { return connNetwork{h.Host.Network(), h.wrap} }

type connNetwork struct {
	api.Network
	wrap func(net.Conn) net.Conn
}

func (n connNetwork) Dial(ctx context.Context, addr string) (net.Conn, error) {
	c, err := n.Network.Dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	return n.wrap(c), nil
}

func (n connNetwork) Listen(ctx context.Context, addr string) (net.Listener, error) {
	l, err := n.Network.Listen(ctx, addr)
	if err != nil {
		return nil, err
	}
	return connListener{l, n.wrap}, nil
}

type connListener struct {
	net.Listener
	wrap func(net.Conn) net.Conn
}

func (l connListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.wrap(c), nil
}

func (l connListener) Close() error {
	if _, ok := l.wrap(nil).(immortal); ok {
		return nil
	}
	return l.Listener.Close()
}

type flipping struct{ net.Conn }

func (c flipping) Write(b []byte) (int, error) {
	b = bytes.Clone(b)
	b[len(b)-1] ^= 1
	return c.Conn.Write(b)
}

type losing struct{ net.Conn }

func (c losing) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b[:len(b)-1])
	if err == nil {
		n = len(b)
	}
	return n, err
}

type deaf struct{ net.Conn }

func (deaf) SetDeadline(time.Time) error      { return nil }
func (deaf) SetReadDeadline(time.Time) error  { return nil }
func (deaf) SetWriteDeadline(time.Time) error { return nil }

type immortal struct{ net.Conn }

func (immortal) Close() error { return nil }

// exclusive refuses a read while another waits.
type exclusive struct {
	net.Conn
	reading atomic.Bool
}

func (c *exclusive) Read(b []byte) (int, error) {
	if !c.reading.CompareAndSwap(false, true) {
		return 0, errors.New("busy")
	}
	defer c.reading.Store(false)
	return c.Conn.Read(b)
}

// sympathyHost closes all connections that its envs and services accepted when one of them fails.
type sympathyHost struct {
	conformance.Host

	mu    sync.Mutex
	conns []net.Conn
}

func (h *sympathyHost) NewRpcEnv(cfg api.RpcEnvConfig) (api.RpcEnv, error) {
	cfg.Network = connNetwork{h.Network(), h.adopt}
	return h.Host.NewRpcEnv(cfg)
}

func (h *sympathyHost) NewBlockTransferService(cfg api.BlockTransferConfig, m api.BlockDataManager) (api.BlockTransferService, error) {
	cfg.Network = connNetwork{h.Network(), h.adopt}
	return h.Host.NewBlockTransferService(cfg, m)
}

func (h *sympathyHost) adopt(c net.Conn) net.Conn {
	if c == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.conns = append(h.conns, c)
	return sympathetic{c, h}
}

type sympathetic struct {
	net.Conn
	host *sympathyHost
}

func (c sympathetic) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err != nil {
		c.host.mu.Lock()
		conns := slices.Clone(c.host.conns)
		c.host.mu.Unlock()
		for _, c := range conns {
			_ = c.Close() // broken on purpose
		}
	}
	return n, err
}
