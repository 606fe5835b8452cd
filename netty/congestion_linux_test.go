// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"errors"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"

	"golang.org/x/sys/unix"
)

// systemCongestion is the congestion control that the system gives to everybody.
func systemCongestion(t *testing.T) string {
	t.Helper()
	name, err := os.ReadFile("/proc/sys/net/ipv4/tcp_congestion_control")
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(name))
}

// congestionFor is the congestion control of a socket.
func congestionFor(t *testing.T, c syscall.RawConn) string {
	t.Helper()
	var name string
	var failed error
	if err := c.Control(func(fd uintptr) {
		name, failed = unix.GetsockoptString(int(fd), unix.IPPROTO_TCP, unix.TCP_CONGESTION)
	}); err != nil || failed != nil {
		t.Fatal(err, failed)
	}
	return strings.TrimRight(name, "\x00")
}

// wantCongestion compares that of both ends of a connection of the network within the machine.
func wantCongestion(t *testing.T, n *tcpNetwork, want string, paced bool) {
	t.Helper()
	l, err := n.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	a, err := n.Dial(t.Context(), l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	b, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	for end, c := range map[string]net.Conn{"dialled": a, "accepted": b} {
		c := c.(*tcpConn)
		if got := congestionFor(t, c.raw); got != want {
			t.Errorf("%s: congestion control %q, want %q", end, got, want)
		}
		if got, want := c.SendFileFrom(), sendFileFrom(paced); got != want {
			t.Errorf("%s: sendfile from %d bytes on, want %d", end, got, want)
		}
	}
}

func TestConnectionsWithinTheMachineAreNotPaced(t *testing.T) {
	system := systemCongestion(t)
	want := system
	if paces(system) {
		want = unpaced
	}
	wantCongestion(t, TCP(TCPConfig{}).(*tcpNetwork), want, false)
	paced := &tcpNetwork{congestion: congestion{first: unpaced, beyond: system}} // as where the system's paces
	wantCongestion(t, paced, unpaced, false)
}

func TestCongestionIsChosen(t *testing.T) {
	for _, name := range []string{unpaced, systemCongestion(t)} {
		wantCongestion(t, TCP(TCPConfig{Congestion: name}).(*tcpNetwork), name, paces(name))
	}
}

func TestConnectionsBeyondTheMachineGetTheSystemsCongestion(t *testing.T) {
	system := systemCongestion(t)
	host := func(ip string) net.Addr { return &net.TCPAddr{IP: net.ParseIP(ip), Port: 1} }
	for _, c := range []struct {
		local, remote string
		within        bool
	}{
		{"127.0.0.1", "127.0.0.1", true},
		{"::1", "::1", true},
		{"192.0.2.1", "192.0.2.1", true},
		{"192.0.2.1", "::ffff:192.0.2.1", true},
		{"192.0.2.1", "192.0.2.2", false},
		{"2001:db8::1", "2001:db8::2", false},
	} {
		conn, err := TCP(TCPConfig{Congestion: unpaced}).(*tcpNetwork).Listen(t.Context(), "127.0.0.1:0") // any socket
		if err != nil {
			t.Fatal(err)
		}
		raw, err := conn.(*tcpListener).SyscallConn()
		if err != nil {
			t.Fatal(err)
		}
		want := system
		if c.within {
			want = unpaced
		}
		paced, err := congestion{first: unpaced, beyond: system}.settle(raw, host(c.local), host(c.remote))
		if got := congestionFor(t, raw); err != nil || got != want || paced != paces(want) {
			t.Errorf("from %s to %s: %q, paced %v, %v; want %q", c.local, c.remote, got, paced, err, want)
		}
		conn.Close()
	}
}

func TestUnknownCongestionFails(t *testing.T) {
	n := TCP(TCPConfig{Congestion: "no-such"})
	for op, err := range map[string]error{
		"listen": func() error { _, err := n.Listen(t.Context(), "127.0.0.1:0"); return err }(),
		"dial":   func() error { _, err := n.Dial(t.Context(), "127.0.0.1:1"); return err }(),
	} {
		if !errors.Is(err, syscall.ENOENT) || !strings.Contains(err.Error(), `congestion control "no-such"`) {
			t.Errorf("%s: %v", op, err)
		}
	}
}
