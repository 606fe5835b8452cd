// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"context"
	"net"
	"sync"
	"time"

	"github.com/pkg/errors"

	"github.com/twinwire/twinwire/api"
)

// TCPConfig configures [TCP]. The zero value is what Spark does: TCP_NODELAY everywhere, SO_REUSEADDR on listeners
// except on Windows, keep-alive on the dialling side only.
type TCPConfig struct {
	// DialKeepAlive is how long a dialled connection is idle before the system probes it. 0: the system's own time.
	// Negative: it is never probed.
	DialKeepAlive time.Duration
	// AcceptKeepAlive is the same for accepted connections (spark.rpc.io.enableTcpKeepAlive turns it on in Spark). 0 or
	// negative: they are never probed.
	AcceptKeepAlive time.Duration
	// SendBuffer is the size of a socket's send buffer in bytes (spark.rpc.io.sendBuffer). 0 or negative: the system's.
	SendBuffer int
	// ReceiveBuffer is the size of a socket's receive buffer in bytes (spark.rpc.io.receiveBuffer). 0 or negative: the
	// system's.
	ReceiveBuffer int
	// Congestion names the congestion control of every connection, as "cubic": one that the system has and allows. Another
	// fails each Dial and Listen, and so does any where it cannot be chosen, which is everywhere but on Linux. "": the
	// system's own; but where that is one that paces, as BBR, connections within the machine get "reno". They have no path
	// that could be modelled, and pacing costs them up to half their speed.
	Congestion string

	_ struct{}
}

// tcpNetwork makes TCP connections.
type tcpNetwork struct {
	cfg        TCPConfig
	buffers    sync.Pool // of *[copySize]byte, for files that cannot be sent by the system
	congestion congestion
}

var _ api.Network = (*tcpNetwork)(nil)

// TCP returns the network of the machine's TCP sockets, over IPv4 and IPv6. Its connections have the abilities
// [api.FileSender], on Unix [api.ReadWaiter] and on Linux [api.Corker] and [api.FileReceiver], and write a net.Buffers in
// one system call. Errors of Dial and Listen carry a stack and match those of the system, such as syscall.ECONNREFUSED, with
// errors.Is.
func TCP(cfg TCPConfig) api.Network {
	return &tcpNetwork{
		cfg:        cfg,
		buffers:    sync.Pool{New: func() any { return new([copySize]byte) }},
		congestion: congestionOf(cfg.Congestion),
	}
}

func (n *tcpNetwork) Listen(ctx context.Context, addr string) (net.Listener, error) {
	// Spark's peers do not speak multipath TCP, which Go would offer by default.
	lc := net.ListenConfig{KeepAlive: -1, Control: n.congestion.control}
	lc.SetMultipathTCP(false)
	if d := n.cfg.AcceptKeepAlive; d > 0 {
		lc.KeepAliveConfig = keepAlive(d)
	}
	l, err := lc.Listen(ctx, "tcp", addr)
	if err != nil {
		return nil, errors.WithStack(listenError(err))
	}
	return &tcpListener{TCPListener: l.(*net.TCPListener), network: n}, nil
}

func (n *tcpNetwork) Dial(ctx context.Context, addr string) (net.Conn, error) {
	d := net.Dialer{KeepAlive: -1, Control: n.congestion.control}
	if n.cfg.DialKeepAlive >= 0 {
		d.KeepAliveConfig = keepAlive(n.cfg.DialKeepAlive)
	}
	c, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, errors.WithStack(err)
	}
	return n.adopt(c.(*net.TCPConn))
}

// keepAlive turns probes on, after idle; the other times, and idle when it is 0, stay the system's.
func keepAlive(idle time.Duration) net.KeepAliveConfig {
	if idle == 0 {
		idle = -1
	}
	return net.KeepAliveConfig{Enable: true, Idle: idle, Interval: -1, Count: -1}
}

// adopt makes c a connection of the network. On an error c is closed.
func (n *tcpNetwork) adopt(c *net.TCPConn) (net.Conn, error) {
	conn, err := n.setUp(c)
	if err != nil {
		c.Close() //nolint:errcheck // the other error tells more
		return nil, errors.WithStack(err)
	}
	return conn, nil
}

func (n *tcpNetwork) setUp(c *net.TCPConn) (*tcpConn, error) {
	if err := n.setBuffers(c); err != nil {
		return nil, err
	}
	raw, err := c.SyscallConn()
	if err != nil {
		return nil, err
	}
	paced, err := n.congestion.settle(raw, c.LocalAddr(), c.RemoteAddr())
	return &tcpConn{TCPConn: c, raw: raw, buffers: &n.buffers, from: sendFileFrom(paced)}, err
}

func (n *tcpNetwork) setBuffers(c *net.TCPConn) error {
	if size := n.cfg.SendBuffer; size > 0 {
		if err := c.SetWriteBuffer(size); err != nil {
			return err
		}
	}
	if size := n.cfg.ReceiveBuffer; size > 0 {
		return c.SetReadBuffer(size)
	}
	return nil
}
