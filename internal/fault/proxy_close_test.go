// SPDX-License-Identifier: Apache-2.0

package fault_test

import (
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/netty"
)

// slowNetwork makes connections whose Read takes a second to notice the end.
type slowNetwork struct{ pipeNetwork }

type slowConn struct{ net.Conn }

func (c slowConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	if err != nil {
		time.Sleep(time.Second) //nolint:forbidigo // the clock of the bubble
	}
	return n, err
}

func (n *slowNetwork) Dial(ctx context.Context, addr string) (net.Conn, error) {
	c, err := n.pipeNetwork.Dial(ctx, addr)
	if err != nil {
		return nil, err
	}
	return slowConn{c}, nil
}

func TestProxyCloseWaitsForItsTasks(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &slowNetwork{}
		target, err := inner.Listen(t.Context(), "host:")
		if err != nil {
			t.Fatal(err)
		}
		n := fault.NewNetwork(netty.NewRuntime(), inner, fault.Profile{}, "slow")
		go target.Accept()
		if _, err := n.Dial(t.Context(), target.Addr().String()); err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // the relay runs
		start := time.Now()
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := n.Close(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("Close with too little time: %v, want %v", err, context.DeadlineExceeded)
		}
		if err := n.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if took := time.Since(start); took != time.Second {
			t.Errorf("Close took %v, want the second that a task needs", took)
		}
	})
}

// slowListen takes a second to listen.
type slowListen struct{ pipeNetwork }

func (n *slowListen) Listen(ctx context.Context, host string) (net.Listener, error) {
	time.Sleep(time.Second) //nolint:forbidigo // the clock of the bubble
	return n.pipeNetwork.Listen(ctx, host)
}

func TestProxyNetworkKeepsOneProxyForAnAddress(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &slowListen{}
		n := fault.NewNetwork(netty.NewRuntime(), inner, fault.Profile{}, "race")
		n.ListenAddr = "proxy:"
		target, err := n.Listen(t.Context(), "host:")
		if err != nil {
			t.Fatal(err)
		}
		var wg sync.WaitGroup
		for range 3 { // all find that there is no proxy yet
			wg.Go(func() { target.Accept() })
			wg.Go(func() {
				if _, err := n.Dial(t.Context(), target.Addr().String()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		open := 0
		for addr, l := range inner.listeners {
			select {
			case <-l.closed:
			default:
				if addr != target.Addr().String() {
					open++
				}
			}
		}
		if open != 1 {
			t.Errorf("%d proxies listen, want 1", open)
		}
		if err := n.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// halfNetwork accepts connections that have half-close, and remember how they were closed.
type halfNetwork struct {
	pipeNetwork
	aborted atomic.Bool
}

type halfListener struct {
	net.Listener
	network *halfNetwork
}

type halfConn struct {
	net.Conn
	network *halfNetwork
}

func (n *halfNetwork) Listen(ctx context.Context, host string) (net.Listener, error) {
	l, err := n.pipeNetwork.Listen(ctx, host)
	return halfListener{l, n}, err
}

func (l halfListener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	return halfConn{c, l.network}, err
}

func (halfConn) CloseWrite() error { return nil }

func (c halfConn) SetLinger(int) error {
	c.network.aborted.Store(true)
	return nil
}

// A target that has said its last word, and then does not take what comes, is one that is gone: the source, which may
// think that it was heard, is cut.
func TestProxyCutsWhoIsNotHeard(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &halfNetwork{}
		n := fault.NewNetwork(netty.NewRuntime(), inner, fault.Profile{}, "half")
		target, err := n.Listen(t.Context(), "host:")
		if err != nil {
			t.Fatal(err)
		}
		go func() {
			c, _ := target.Accept()
			c.Close()
		}()
		c, err := n.Dial(t.Context(), target.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait() // the end of the target has arrived
		if inner.aborted.Load() {
			t.Fatal("cut before anything was lost")
		}
		if _, err := c.Write([]byte("into the void")); err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if !inner.aborted.Load() {
			t.Error("bytes were lost and the connection was not cut")
		}
		if err := n.Close(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

// Close ends a relay that still waits for its target to answer; the bubble fails when a task is left.
func TestProxyCloseEndsDialling(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		inner := &pipeNetwork{}
		silent, err := inner.Listen(t.Context(), "host:")
		if err != nil {
			t.Fatal(err)
		}
		p, err := fault.NewProxy(t.Context(), netty.NewRuntime(), inner, fault.Profile{}, "alone", "proxy:", silent.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		c, err := inner.Dial(t.Context(), p.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		synctest.Wait()
		if err := p.Close(t.Context()); err != nil {
			t.Error(err)
		}
		if _, err := c.Read(make([]byte, 1)); err == nil {
			t.Error("the connection outlived its proxy")
		}
	})
}
