// SPDX-License-Identifier: Apache-2.0

package blockpeer

import (
	"context"
	"fmt"
	"net"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"

	"github.com/twinwire/twinwire/netty"
)

// unpaced is a congestion control that every Linux has.
const unpaced = "reno"

// congestion is the congestion control of a peer's connections, empty for the system's own.
type congestion string

func (g congestion) listen() (net.Listener, error) {
	l := net.ListenConfig{Control: g.control}
	return l.Listen(context.Background(), "tcp", loopback)
}

func (g congestion) dial(ctx context.Context, addr string) (net.Conn, error) {
	d := net.Dialer{Control: g.control}
	return d.DialContext(ctx, "tcp", addr)
}

func (g congestion) control(_, _ string, c syscall.RawConn) (err error) {
	if g == "" {
		return nil
	}
	failed := c.Control(func(fd uintptr) {
		err = unix.SetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION, string(g))
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return fmt.Errorf("congestion control %q: %w", string(g), err)
	}
	return nil
}

// Congestion tells under which congestion control the peers run when a run names none, asking sockets: the system's, and
// that of ours, who choose another within the machine when the system's paces.
func Congestion() (system, ours string, err error) {
	ctx := context.Background()
	l, err := netty.TCP(netty.TCPConfig{}).Listen(ctx, loopback)
	if err != nil {
		return "", "", err
	}
	defer l.Close()
	plain, err := congestion("").dial(ctx, l.Addr().String())
	if err != nil {
		return "", "", err
	}
	defer plain.Close()
	own, err := netty.TCP(netty.TCPConfig{}).Dial(ctx, l.Addr().String())
	if err != nil {
		return "", "", err
	}
	defer own.Close()
	if system, err = congestionOf(plain); err == nil {
		ours, err = congestionOf(own)
	}
	return system, ours, err
}

func congestionOf(c net.Conn) (name string, err error) {
	raw, err := c.(syscall.Conn).SyscallConn()
	if err != nil {
		return "", err
	}
	failed := raw.Control(func(fd uintptr) {
		name, err = unix.GetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION)
	})
	if err == nil {
		err = failed
	}
	return strings.TrimRight(name, "\x00"), err
}
