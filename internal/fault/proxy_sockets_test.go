// SPDX-License-Identifier: Apache-2.0

package fault_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/netty"
)

// sockets is a proxied network over real sockets and a listener behind it.
type sockets struct {
	t   *testing.T
	net *fault.ProxyNetwork
	l   net.Listener
}

func newSockets(t *testing.T, p fault.Profile) *sockets {
	n := fault.NewNetwork(netty.NewRuntime(), netty.TCP(netty.TCPConfig{}), p, "test")
	l, err := n.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &sockets{t: t, net: n, l: l}
	t.Cleanup(s.close)
	return s
}

// close ends the network and waits until nothing of it runs.
func (s *sockets) close() {
	s.l.Close()
	if err := s.net.Close(context.WithoutCancel(s.t.Context())); err != nil {
		s.t.Errorf("Close: %v", err)
	}
	if stacks := proxyGoroutines(); stacks != "" {
		s.t.Errorf("after Close there are goroutines of the proxy:\n%s", stacks)
	}
}

// proxyGoroutines returns the stacks of those that run proxy code, once they do not go away.
func proxyGoroutines() string {
	buf := make([]byte, 1<<20)
	var found []string
	for range 10_000 { // the last steps of a task come after it has told its group
		found = found[:0]
		for g := range strings.SplitSeq(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
			if strings.Contains(g, "fault.(*Proxy") || strings.Contains(g, "fault.(*pipe)") || strings.Contains(g, "fault.(*relay)") {
				found = append(found, g)
			}
		}
		if len(found) == 0 {
			return ""
		}
		runtime.Gosched()
	}
	return strings.Join(found, "\n\n")
}

// pair returns both ends of a connection through the proxy.
func (s *sockets) pair() (dialled, accepted net.Conn) {
	s.t.Helper()
	dialled, err := s.net.Dial(s.t.Context(), s.l.Addr().String())
	if err != nil {
		s.t.Fatal(err)
	}
	accepted, err = s.l.Accept()
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { dialled.Close(); accepted.Close() })
	return dialled, accepted
}

func closeWrite(t *testing.T, c net.Conn) {
	t.Helper()
	if err := c.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
		t.Errorf("CloseWrite: %v", err)
	}
}

func TestProxyPassesEverything(t *testing.T) {
	const size = 64 << 20
	s := newSockets(t, fault.Profile{
		LatencyMin: 10 * time.Microsecond, LatencyMean: 200 * time.Microsecond,
		TailPPM: 10_000, TailMax: 3 * time.Millisecond, SplitPPM: 300_000,
	})
	a, b := s.pair()
	var wg sync.WaitGroup
	send := func(c net.Conn, seed byte, sum *[32]byte) {
		h := sha256.New()
		if _, err := io.CopyN(io.MultiWriter(c, h), rand.NewChaCha8([32]byte{seed}), size); err != nil {
			t.Errorf("write: %v", err)
		}
		closeWrite(t, c)
		h.Sum(sum[:0])
	}
	receive := func(c net.Conn, sum *[32]byte) {
		h := sha256.New()
		if n, err := io.Copy(h, c); err != nil || n != size {
			t.Errorf("read %d bytes, %v; want %d", n, err, size)
		}
		h.Sum(sum[:0])
	}
	var sums [4][32]byte
	wg.Go(func() { send(a, 1, &sums[0]) })
	wg.Go(func() { receive(b, &sums[1]) })
	wg.Go(func() { send(b, 2, &sums[2]) })
	wg.Go(func() { receive(a, &sums[3]) })
	wg.Wait()
	if sums[0] != sums[1] || sums[2] != sums[3] {
		t.Error("other bytes arrived than were sent")
	}
	if c := s.net.Counts(); c[fault.Split] == 0 || c[fault.Delay] == 0 || len(c) != 2 {
		t.Errorf("faults fired: %v, want delays and splits", c)
	}
}

// Every connection is cut in the middle of its first bytes: both ends see an error that is not the end of the stream,
// and what arrived is a beginning of what was sent.
func TestProxyResetsBothEnds(t *testing.T) {
	const conns = 100
	s := newSockets(t, fault.Profile{ResetPPM: 1_000_000})
	sent := bytes.Repeat([]byte("0123456789"), 100)
	partial := 0
	for range conns {
		a, b := s.pair()
		if _, err := a.Write(sent); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(b)
		if !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("the accepting end read %d bytes, %v; want %v", len(got), err, syscall.ECONNRESET)
		}
		if !bytes.HasPrefix(sent, got) {
			t.Errorf("the accepting end read %q", got)
		}
		if len(got) > 0 && len(got) < len(sent) {
			partial++
		}
		if got, err := io.ReadAll(a); len(got) > 0 || !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("the dialling end read %d bytes, %v; want %v", len(got), err, syscall.ECONNRESET)
		}
	}
	if c := s.net.Counts(); c[fault.Reset] != conns || len(c) != 1 {
		t.Errorf("faults fired: %v, want %d resets", c, conns)
	}
	if partial == 0 {
		t.Error("no cut was in the middle of the bytes")
	}
}

func TestProxyKeepsHalfClose(t *testing.T) {
	s := newSockets(t, fault.Calm())
	a, b := s.pair()
	answer := bytes.Repeat([]byte("answer"), 200_000)
	go func() {
		if got, err := io.ReadAll(b); err != nil || string(got) != "question" {
			t.Errorf("the accepting end read %q, %v", got, err)
		}
		b.Write(answer)
		b.Close()
	}()
	if _, err := a.Write([]byte("question")); err != nil {
		t.Fatal(err)
	}
	closeWrite(t, a)
	if got, err := io.ReadAll(a); err != nil || !bytes.Equal(got, answer) {
		t.Errorf("the dialling end read %d bytes, %v; want %d", len(got), err, len(answer))
	}
}

// An end that dies is noticed by the other one, whether that one reads or writes.
func TestProxyPassesAbort(t *testing.T) {
	abort := func(c net.Conn) {
		c.(interface{ SetLinger(int) error }).SetLinger(0)
		c.Close()
	}
	t.Run("reader", func(t *testing.T) {
		a, b := newSockets(t, fault.Calm()).pair()
		abort(a)
		if _, err := io.ReadAll(b); !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("read: %v, want %v", err, syscall.ECONNRESET)
		}
	})
	t.Run("writer", func(t *testing.T) {
		a, b := newSockets(t, fault.Calm()).pair()
		b.Close() // politely: the writer hears of it only because it goes on
		var err error
		for err == nil {
			_, err = a.Write(make([]byte, 1000))
		}
		if !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
			t.Errorf("write: %v", err)
		}
	})
}

func TestProxyNetworkDialFails(t *testing.T) {
	t.Run("nobody listens", func(t *testing.T) {
		s := newSockets(t, fault.Calm())
		s.l.Close()
		if _, err := s.net.Dial(t.Context(), s.l.Addr().String()); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("Dial: %v, want %v", err, syscall.ECONNREFUSED)
		}
	})
	t.Run("refused by a fault", func(t *testing.T) {
		s := newSockets(t, fault.Profile{RefusePPM: 1_000_000})
		for range 3 {
			if _, err := s.net.Dial(t.Context(), s.l.Addr().String()); !errors.Is(err, fault.ErrRefused) {
				t.Errorf("Dial: %v, want %v", err, fault.ErrRefused)
			}
		}
		if c := s.net.Counts(); c[fault.Refuse] != 3 {
			t.Errorf("faults fired: %v, want 3 refusals", c)
		}
	})
	t.Run("closed", func(t *testing.T) {
		s := newSockets(t, fault.Calm())
		s.close()
		if _, err := s.net.Dial(t.Context(), s.l.Addr().String()); !errors.Is(err, net.ErrClosed) {
			t.Errorf("Dial: %v, want %v", err, net.ErrClosed)
		}
	})
}

// A proxy by itself accepts first and dials then, so its refusals and those of its target are resets.
func TestProxyAlone(t *testing.T) {
	rt, n := netty.NewRuntime(), netty.TCP(netty.TCPConfig{})
	target, err := n.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer target.Close()
	front := func(t *testing.T, p fault.Profile) (*fault.Proxy, net.Conn, error) {
		proxy, err := fault.NewProxy(t.Context(), rt, n, p, "alone", "127.0.0.1:0", target.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { proxy.Close(context.WithoutCancel(t.Context())) })
		c, err := n.Dial(t.Context(), proxy.Addr().String())
		if err == nil {
			t.Cleanup(func() { c.Close() })
		}
		return proxy, c, err
	}
	checkReset := func(t *testing.T, c net.Conn, err error) { // it may come before Dial has returned
		t.Helper()
		if err == nil {
			_, err = c.Read(make([]byte, 1))
		}
		if !errors.Is(err, syscall.ECONNRESET) {
			t.Errorf("Dial and Read: %v, want %v", err, syscall.ECONNRESET)
		}
	}
	t.Run("refuses", func(t *testing.T) {
		proxy, c, err := front(t, fault.Profile{RefusePPM: 1_000_000})
		checkReset(t, c, err)
		if got := proxy.Counts(); got[fault.Refuse] != 1 {
			t.Errorf("faults fired: %v, want one refusal", got)
		}
	})
	t.Run("relays", func(t *testing.T) {
		_, c, err := front(t, fault.Calm())
		if err != nil {
			t.Fatal(err)
		}
		far, err := target.Accept()
		if err != nil {
			t.Fatal(err)
		}
		defer far.Close()
		far.Write([]byte("hello"))
		if got := make([]byte, 5); second(io.ReadFull(c, got)) != nil || string(got) != "hello" {
			t.Errorf("read %q", got)
		}
	})
	t.Run("has no target", func(t *testing.T) {
		target.Close()
		_, c, err := front(t, fault.Calm())
		checkReset(t, c, err)
	})
}

func second[T any](_ T, err error) error { return err }

// Close in the middle of traffic ends every relay; newSockets checks that nothing is left.
func TestProxyNetworkCloses(t *testing.T) {
	s := newSockets(t, fault.Hostile().ForLoopback())
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			c, err := s.net.Dial(t.Context(), s.l.Addr().String())
			for err == nil {
				_, err = c.Write(make([]byte, 1000))
			}
		})
		wg.Go(func() {
			c, err := s.l.Accept()
			if err == nil {
				io.Copy(io.Discard, c)
				c.Close()
			}
		})
	}
	if _, err := s.net.Dial(t.Context(), s.l.Addr().String()); err != nil && !errors.Is(err, fault.ErrRefused) {
		t.Error(err)
	}
	s.close()
	wg.Wait()
}
