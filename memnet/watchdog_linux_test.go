// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"
)

// deaf returns an address that takes no more connections: its queue of one is full, and nobody accepts.
func deaf(t *testing.T) string {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(fd) })
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Listen(fd, 0); err != nil {
		t.Fatal(err)
	}
	at, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	address := (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: at.(*syscall.SockaddrInet4).Port}).String()
	c, err := net.Dial("tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return address
}

// TestStallInDial: a task that dials for real is named, with the call.
func TestStallInDial(t *testing.T) {
	address := deaf(t)
	ctx, cancel := context.WithCancel(t.Context())
	for call, b := range map[string]blockage{
		"net.DialTimeout":           {wait: func() { _, _ = net.DialTimeout("tcp", address, time.Second) }, end: func() {}},
		"net.(*Dialer).DialContext": {wait: func() { _, _ = new(net.Dialer).DialContext(ctx, "tcp", address) }, end: cancel},
	} {
		s := stall(t, b)
		if s.Call != call || s.State != "IO wait" || !strings.Contains(s.Error(), "use the network of the host") {
			t.Errorf("%s: %v\n%s", call, s, s.Stack)
		}
	}
}
