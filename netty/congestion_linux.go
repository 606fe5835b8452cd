// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"fmt"
	"net"
	"os"
	"strings"
	"syscall"

	"golang.org/x/sys/unix"
)

// unpaced is a congestion control that every Linux has, allows to everybody, and that does not pace.
const unpaced = "reno"

// congestion is which congestion control the connections of a network get. It is set before a socket connects or listens,
// whose connections then have it too: what has once been paced stays so, whatever is set later.
type congestion struct {
	first  string // what sockets begin with; empty: the system's
	beyond string // what connections that leave the machine get instead; empty: they keep it
}

// congestionOf is what a configuration asks for: a name, or the system's own but for connections within the machine.
func congestionOf(chosen string) congestion {
	if chosen != "" {
		return congestion{first: chosen}
	}
	system, err := os.ReadFile("/proc/sys/net/ipv4/tcp_congestion_control")
	if name := strings.TrimSpace(string(system)); err == nil && paces(name) {
		return congestion{first: unpaced, beyond: name}
	}
	return congestion{}
}

// paces tells the congestion controls that send at the rate of a path that they model.
func paces(name string) bool { return strings.HasPrefix(name, "bbr") }

// control is called for each socket before it connects or listens.
func (g congestion) control(_, _ string, c syscall.RawConn) error {
	if g.first == "" {
		return nil
	}
	return setCongestion(c, g.first)
}

// settle gives a connection between two addresses what it gets when it leaves the machine, and reports whether it is paced.
func (g congestion) settle(c syscall.RawConn, local, remote net.Addr) (paced bool, err error) {
	if g.beyond == "" || within(local, remote) {
		return paces(g.first), nil
	}
	return paces(g.beyond), setCongestion(c, g.beyond)
}

// within reports whether both ends of a connection are on this machine.
func within(local, remote net.Addr) bool {
	l, ok1 := local.(*net.TCPAddr)
	r, ok2 := remote.(*net.TCPAddr)
	return ok1 && ok2 && (r.IP.IsLoopback() || r.IP.Equal(l.IP))
}

func setCongestion(c syscall.RawConn, name string) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		failed = unix.SetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION, name)
	})
	if err == nil {
		err = failed
	}
	if err != nil {
		return fmt.Errorf("congestion control %q: %w", name, err)
	}
	return nil
}
