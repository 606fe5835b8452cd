// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"
	"time"

	"golang.org/x/net/nettest"
)

func TestConn(t *testing.T) {
	nettest.TestConn(t, func() (c1, c2 net.Conn, stop func(), err error) {
		c1, c2, err = dialPair(t.Context(), TCP(TCPConfig{}))
		if err != nil {
			return nil, nil, nil, err
		}
		return c1, c2, func() { c1.Close(); c2.Close() }, nil
	})
}

func TestConnWithSettings(t *testing.T) {
	n := TCP(TCPConfig{DialKeepAlive: time.Minute, AcceptKeepAlive: time.Minute, SendBuffer: 64 << 10, ReceiveBuffer: 64 << 10})
	a, b, err := dialPair(t.Context(), n)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if _, err := a.Write([]byte("hello")); err != nil {
		t.Fatal(err)
	}
	a.Close()
	if got, err := io.ReadAll(b); err != nil || string(got) != "hello" {
		t.Fatalf("read %q, %v", got, err)
	}
}

func TestDialRefused(t *testing.T) {
	n := TCP(TCPConfig{})
	l, err := n.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	addr := l.Addr().String()
	l.Close()
	c, err := n.Dial(t.Context(), addr)
	if !errors.Is(err, syscall.ECONNREFUSED) || c != nil {
		t.Fatalf("Dial of a closed port: %v, %v; want nil, %v", c, err, syscall.ECONNREFUSED)
	}
	checkStack(t, err)
}

func TestDialCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := TCP(TCPConfig{}).Dial(ctx, "127.0.0.1:1"); err == nil {
		t.Fatal("Dial with a cancelled context: no error")
	}
}

func TestListenTaken(t *testing.T) {
	n := TCP(TCPConfig{})
	l, err := n.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	second, err := n.Listen(t.Context(), l.Addr().String())
	if err == nil {
		second.Close()
		t.Fatal("Listen at a taken port: no error")
	}
	checkStack(t, err)
}

func TestAcceptAfterClose(t *testing.T) {
	l, err := TCP(TCPConfig{}).Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l.Close()
	if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Fatalf("Accept of a closed listener: %v, want %v", err, net.ErrClosed)
	}
}

// checkStack says whether the error remembers where it entered.
func checkStack(t *testing.T, err error) {
	t.Helper()
	if plain, long := err.Error(), fmt.Sprintf("%+v", err); len(long) < len(plain)+100 {
		t.Errorf("error without a stack: %s", long)
	}
}
