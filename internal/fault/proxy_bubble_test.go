// SPDX-License-Identifier: Apache-2.0

package fault_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/netty"
)

// pipeNetwork makes unbuffered connections without half-close, so that tests run in a bubble of virtual time, which
// also fails them when a task is left behind.
type pipeNetwork struct {
	mu        sync.Mutex
	listeners map[string]*pipeListener
	ports     int
}

type pipeListener struct {
	addr   pipeAddr
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

type pipeAddr string

func (pipeAddr) Network() string  { return "pipe" }
func (a pipeAddr) String() string { return string(a) }

func (n *pipeNetwork) Listen(_ context.Context, host string) (net.Listener, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.ports++
	l := &pipeListener{addr: pipeAddr(fmt.Sprint(host, n.ports)), conns: make(chan net.Conn), closed: make(chan struct{})}
	if n.listeners == nil {
		n.listeners = map[string]*pipeListener{}
	}
	n.listeners[l.addr.String()] = l
	return l, nil
}

func (n *pipeNetwork) Dial(ctx context.Context, addr string) (net.Conn, error) {
	n.mu.Lock()
	l := n.listeners[addr]
	n.mu.Unlock()
	a, b := net.Pipe()
	select {
	case l.conns <- b:
		return a, nil
	case <-l.closed:
		return nil, io.ErrClosedPipe
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error   { l.once.Do(func() { close(l.closed) }); return nil }
func (l *pipeListener) Addr() net.Addr { return l.addr }

// inBubble runs test with both ends of a connection through the proxy, in virtual time.
func inBubble(t *testing.T, p fault.Profile, test func(t *testing.T, n *fault.ProxyNetwork, dialled, accepted net.Conn)) {
	synctest.Test(t, func(t *testing.T) {
		n := fault.NewNetwork(netty.NewRuntime(), &pipeNetwork{}, p, "bubble")
		n.ListenAddr = "proxy:"
		l, err := n.Listen(t.Context(), "host:")
		if err != nil {
			t.Fatal(err)
		}
		accepted := make(chan net.Conn, 1)
		go func() {
			c, _ := l.Accept()
			accepted <- c
		}()
		a, err := n.Dial(t.Context(), l.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		b := <-accepted
		test(t, n, a, b)
		l.Close()
		if err := n.Close(t.Context()); err != nil {
			t.Errorf("Close: %v", err)
		}
		a.Close()
		b.Close()
	})
}

// The destination does not read: the source gets rid of what the proxy may hold and no more.
func TestProxyHoldsTheSourceUp(t *testing.T) {
	inBubble(t, fault.Profile{}, func(t *testing.T, _ *fault.ProxyNetwork, a, _ net.Conn) {
		sent := 0
		done := make(chan error)
		go func() {
			for {
				n, err := a.Write(make([]byte, 10_000))
				sent += n
				if err != nil {
					done <- err
					return
				}
			}
		}()
		synctest.Wait() // everything is blocked
		a.Close()
		if err := <-done; !errors.Is(err, io.ErrClosedPipe) {
			t.Errorf("Write: %v", err)
		}
		if sent < 10_000 || sent > 2<<20 {
			t.Errorf("the proxy took %d bytes that nobody reads", sent)
		}
	})
}

// ticks sends the time every 10 ms and returns how late each arrived.
func ticks(t *testing.T, a, b net.Conn, n int) (late []time.Duration) {
	t.Helper()
	var sender sync.WaitGroup
	defer sender.Wait()
	sender.Go(func() {
		for range n {
			stamp, _ := time.Now().MarshalBinary()
			a.Write(stamp)
			time.Sleep(10 * time.Millisecond) //nolint:forbidigo // the clock of the bubble
		}
	})
	stamp, _ := time.Now().MarshalBinary()
	for range n {
		if _, err := io.ReadFull(b, stamp); err != nil {
			t.Fatal(err)
		}
		var at time.Time
		if err := at.UnmarshalBinary(stamp); err != nil {
			t.Fatal(err)
		}
		late = append(late, time.Since(at))
	}
	return late
}

func TestProxyLatency(t *testing.T) {
	p := fault.Profile{LatencyMin: 2 * time.Millisecond, LatencyMean: 3 * time.Millisecond}
	inBubble(t, p, func(t *testing.T, n *fault.ProxyNetwork, a, b net.Conn) {
		late := ticks(t, a, b, 5000)
		var sum time.Duration
		for _, d := range late {
			if d < p.LatencyMin {
				t.Fatalf("arrived after %v, sooner than %v", d, p.LatencyMin)
			}
			sum += d
		}
		if mean := sum / 5000; mean < 4500*time.Microsecond || mean > 6*time.Millisecond {
			t.Errorf("mean latency %v, want about 5ms", mean)
		}
		if c := n.Counts(); len(c) != 0 {
			t.Errorf("faults fired: %v, want none", c)
		}
	})
}

func TestProxyDelaysUntil(t *testing.T) {
	p := fault.Profile{TailPPM: 1_000_000, TailMax: 5 * time.Millisecond, Until: 10 * time.Second}
	inBubble(t, p, func(t *testing.T, n *fault.ProxyNetwork, a, b net.Conn) {
		for i, d := range ticks(t, a, b, 2000) {
			if before := i < 999; before != (d > 0) && i != 999 && i != 1000 {
				t.Fatalf("message %d, sent at %dms, arrived after %v", i, i*10, d)
			}
		}
		if c := n.Counts()[fault.Delay]; c < 999 || c > 1001 {
			t.Errorf("%d delays, want 1000", c)
		}
	})
}

func TestProxyPartitions(t *testing.T) {
	p := fault.Profile{
		PartitionEvery: 300 * time.Millisecond, PartitionMin: 200 * time.Millisecond, PartitionMax: 300 * time.Millisecond,
		Until: 30 * time.Second,
	}
	for _, ppm := range []uint32{0, 1_000_000} {
		p.OneWayPPM = ppm
		t.Run(fmt.Sprintf("one way %d ppm", ppm), func(t *testing.T) {
			inBubble(t, p, func(t *testing.T, n *fault.ProxyNetwork, a, b net.Conn) {
				late := ticks(t, a, b, 6000)
				held := uint64(0)
				for i, d := range late {
					if d > 300*time.Millisecond || d > 0 && i > 3000 {
						t.Fatalf("message %d arrived after %v", i, d)
					}
					if d > 0 && late[i-1] == 0 {
						held++
					}
				}
				c := n.Counts()[fault.Partition]
				if c < 5 || c < held || c > held+held/2 {
					t.Errorf("%d partitions counted, %d seen", c, held)
				}
			})
		})
	}
}

// A partition that would last longer heals when the time of faults is over.
func TestProxyPartitionsHeal(t *testing.T) {
	p := fault.Profile{PartitionEvery: time.Millisecond, PartitionMin: time.Hour, PartitionMax: time.Hour, Until: 10 * time.Second}
	inBubble(t, p, func(t *testing.T, n *fault.ProxyNetwork, a, b net.Conn) {
		start := time.Now()
		ticks(t, a, b, 20)
		if took := time.Since(start); took != p.Until {
			t.Errorf("the last message arrived after %v, want %v", took, p.Until)
		}
		if c := n.Counts()[fault.Partition]; c != 1 {
			t.Errorf("%d partitions, want 1", c)
		}
	})
}

// Without half-close the end of one direction ends the connection.
func TestProxyPassesTheEnd(t *testing.T) {
	inBubble(t, fault.LAN(), func(t *testing.T, _ *fault.ProxyNetwork, a, b net.Conn) {
		go func() {
			a.Write([]byte("last words"))
			a.Close()
		}()
		if got, err := io.ReadAll(b); err != nil || string(got) != "last words" {
			t.Errorf("read %q, %v", got, err)
		}
	})
}
