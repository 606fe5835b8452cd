// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
)

// connected runs body with both ends of a connection between two hosts, as a task of the dialling host.
func connected(t *testing.T, cfg Config, body func(w *World, near, far net.Conn) error) Result {
	t.Helper()
	w := New(cfg)
	a, b := w.Host("a"), w.Host("b")
	a.Boot(func(ctx context.Context) error {
		l, err := b.Network().Listen(ctx, "b:80")
		if err != nil {
			return err
		}
		near, err := a.Network().Dial(ctx, "b:80")
		if err != nil {
			return err
		}
		far, err := l.Accept()
		if err != nil {
			return err
		}
		return body(w, near, far)
	})
	r := w.Run(nil)
	if r.Verdict != Passed {
		t.Fatalf("seed %d: %v: %v\n%v\n%v", cfg.Seed, r.Verdict, r.Err, r.Last, r.Pending)
	}
	return r
}

// pattern is bytes that show where they come from.
func pattern(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 7 >> 3)
	}
	return b
}

func TestStreamIsWhole(t *testing.T) {
	profile := fault.LAN()
	profile.SplitPPM = 900_000
	want := pattern(1 << 20)
	for seed := range uint64(10) {
		r := connected(t, Config{Seed: seed, Faults: profile}, func(w *World, near, far net.Conn) error {
			w.Host("a").Runtime().Go("write", func() {
				for b := want; len(b) > 0; {
					n := min(len(b), 1+len(b)%3000)
					if _, err := near.Write(b[:n]); err != nil {
						t.Error(err)
					}
					b = b[n:]
				}
				near.Close()
			})
			got, err := io.ReadAll(far)
			if !bytes.Equal(got, want) {
				t.Errorf("seed %d: read %d bytes, not what was written", seed, len(got))
			}
			return err
		})
		if r.Faults[fault.Split] < 100 {
			t.Errorf("seed %d: %d splits", seed, r.Faults[fault.Split])
		}
	}
}

func TestSplitWriteArrivesInPieces(t *testing.T) {
	pieces := 0
	for seed := range uint64(50) {
		p := fault.Calm()
		p.SplitPPM = 1_000_000
		connected(t, Config{Seed: seed, Faults: p}, func(w *World, near, far net.Conn) error {
			near.Write(pattern(1000))
			near.Close()
			buf := make([]byte, 1000)
			n, err := far.Read(buf)
			if n < 1000 {
				pieces++
			}
			return err
		})
	}
	if pieces < 10 {
		t.Errorf("the first read gave less than the write in %d of 50 seeds", pieces)
	}
}

func TestWriterWaitsForReader(t *testing.T) {
	connected(t, Config{Faults: fault.Calm()}, func(w *World, near, far net.Conn) error {
		rt := w.Host("a").Runtime()
		var written atomic.Int64
		rt.Go("write", func() {
			for range 100 {
				n, err := near.Write(pattern(10_000))
				if written.Add(int64(n)); err != nil {
					t.Error(err)
				}
			}
		})
		api.Sleep(t.Context(), rt, time.Minute)
		if n := written.Load(); n > window {
			t.Errorf("%d bytes written and none read", n)
		}
		for left := 1_000_000; left > 0; {
			n, err := far.Read(make([]byte, 5000))
			if err != nil {
				return err
			}
			left -= n
		}
		return nil
	})
}

// The bytes of one Write stay together, also when others write and all must wait for the reader.
func TestWritesDoNotMix(t *testing.T) {
	connected(t, Config{Faults: fault.Calm()}, func(w *World, near, far net.Conn) error {
		g := api.NewGroup(w.Host("a").Runtime())
		for i := range 4 {
			g.Go("write", func() error {
				_, err := near.Write(bytes.Repeat([]byte{byte(i)}, 3*window/2))
				return err
			})
		}
		w.Host("a").Runtime().Go("close", func() {
			g.Wait(t.Context())
			near.Close()
		})
		got, err := io.ReadAll(far)
		changes := 0
		for i := range len(got) - 1 {
			if got[i] != got[i+1] {
				changes++
			}
		}
		if len(got) != 6*window || changes != 3 {
			t.Errorf("read %d bytes, the writer changes %d times", len(got), changes)
		}
		return err
	})
}

func TestCloseEndsTheStream(t *testing.T) {
	connected(t, Config{Faults: fault.Calm()}, func(w *World, near, far net.Conn) error {
		near.Write([]byte("last words"))
		if err := near.(interface{ CloseWrite() error }).CloseWrite(); err != nil {
			t.Error(err)
		}
		if _, err := near.Write([]byte("x")); err == nil {
			t.Error("Write after CloseWrite: no error")
		}
		if got, err := io.ReadAll(far); string(got) != "last words" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		if _, err := far.Write([]byte("answer")); err != nil {
			t.Errorf("Write to a half-closed connection: %v", err)
		}
		far.Close()
		if got, err := io.ReadAll(near); string(got) != "answer" || err != nil {
			t.Errorf("read %q, %v", got, err)
		}
		near.Close()
		for op, err := range map[string]error{"read": onlyError(near.Read(make([]byte, 1))), "write": onlyError(near.Write(make([]byte, 1))), "close": near.Close()} {
			var oe *net.OpError
			if !errors.Is(err, net.ErrClosed) || !errors.As(err, &oe) || oe.Op != op {
				t.Errorf("%s after Close: %v", op, err)
			}
		}
		return nil
	})
}

func wantReset(t *testing.T, seed uint64, err error) {
	t.Helper()
	if err == nil || !strings.Contains(err.Error(), "connection reset by peer") {
		t.Errorf("seed %d: %v, want a reset", seed, err)
	}
}

func onlyError(_ int, err error) error { return err }

func TestWriteToClosedConnIsReset(t *testing.T) {
	connected(t, Config{Faults: fault.Calm()}, func(w *World, near, far net.Conn) error {
		far.Close()
		rt := w.Host("a").Runtime()
		var err error
		for range 10 {
			if _, err = near.Write([]byte("x")); err != nil {
				break
			}
			api.Sleep(t.Context(), rt, 10*time.Millisecond)
		}
		if err == nil || !strings.Contains(err.Error(), "connection reset by peer") {
			t.Errorf("writing to a closed connection: %v", err)
		}
		return nil
	})
}

func TestDeadlines(t *testing.T) {
	connected(t, Config{Faults: fault.Calm()}, func(w *World, near, far net.Conn) error {
		rt := w.Host("a").Runtime()
		start := rt.Now()
		near.SetDeadline(start.Add(time.Second))
		_, err := near.Read(make([]byte, 1))
		wantTimeout(t, "read", err)
		for err = nil; err == nil; {
			_, err = near.Write(make([]byte, 1<<20))
		}
		wantTimeout(t, "write", err)
		if d := rt.Now().Sub(start); d < time.Second || d > 1100*time.Millisecond {
			t.Errorf("timed out after %v", d)
		}
		near.SetReadDeadline(time.Unix(1, 0))
		_, err = near.Read(make([]byte, 1))
		wantTimeout(t, "past read", err)

		near.SetDeadline(time.Time{})
		rt.AfterFunc(time.Second, func() { near.SetReadDeadline(time.Unix(1, 0)) })
		_, err = near.Read(make([]byte, 1))
		wantTimeout(t, "read when the deadline moved", err)

		near.SetDeadline(time.Time{})
		rt.AfterFunc(time.Second, func() { near.Close() })
		if _, err = near.Read(make([]byte, 1)); !errors.Is(err, net.ErrClosed) {
			t.Errorf("read when the connection closed: %v", err)
		}
		return nil
	})
}

func wantTimeout(t *testing.T, what string, err error) {
	t.Helper()
	var ne net.Error
	if !errors.As(err, &ne) || !ne.Timeout() || !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("%s: %v, want a timeout", what, err)
	}
}

func TestForeignConnDeadline(t *testing.T) {
	r := connected(t, Config{Faults: fault.Calm()}, func(w *World, near, far net.Conn) error {
		rt := w.Host("a").Runtime()
		start := rt.Now()
		near.SetReadDeadline(time.Now().Add(5 * time.Second))
		_, err := near.Read(make([]byte, 1))
		wantTimeout(t, "read", err)
		if d := rt.Now().Sub(start); d < 5*time.Second || d > 5100*time.Millisecond {
			t.Errorf("timed out after %v", d)
		}
		return nil
	})
	if s := fmt.Sprint(r.Last); strings.Count(s, "made by the machine's clock") != 1 {
		t.Errorf("last events: %v", s)
	}
}

func TestDialErrors(t *testing.T) {
	w := New(Config{Faults: fault.Calm()})
	a, b := w.Host("a"), w.Host("b")
	a.Boot(func(ctx context.Context) error {
		rt := a.Runtime()
		start := rt.Now()
		_, err := a.Network().Dial(ctx, "b:81")
		if err == nil || !strings.Contains(err.Error(), "connection refused") || rt.Now().Sub(start) < 200*time.Microsecond {
			t.Errorf("nobody listens: %v after %v", err, rt.Now().Sub(start))
		}
		if _, err := a.Network().Dial(ctx, "c:1"); err == nil || !strings.Contains(err.Error(), "no such host") {
			t.Errorf("unknown host: %v", err)
		}
		if _, err := a.Network().Listen(ctx, "b:1"); err == nil || !strings.Contains(err.Error(), "cannot assign") {
			t.Errorf("listen at another host: %v", err)
		}
		l, err := a.Network().Listen(ctx, "0.0.0.0:0")
		if err != nil {
			return err
		}
		if _, err := a.Network().Listen(ctx, l.Addr().String()); err == nil || !strings.Contains(err.Error(), "in use") {
			t.Errorf("listen twice: %v", err)
		}
		l.Close()
		if _, err := l.Accept(); !errors.Is(err, net.ErrClosed) {
			t.Errorf("accept after close: %v", err)
		}
		w.Partition(a, b)
		short, cancel := api.WithTimeout(ctx, rt, time.Second)
		defer cancel()
		if _, err := a.Network().Dial(short, "b:81"); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("dial across a partition: %v", err)
		}
		return nil
	})
	if r := w.Run(nil); r.Verdict != Passed {
		t.Fatal(r.Err, r.Pending)
	}
}

func TestResetFault(t *testing.T) {
	p := fault.Calm()
	p.ResetPPM = 1_000_000
	partial := 0
	for seed := range uint64(50) {
		r := connected(t, Config{Seed: seed, Faults: p}, func(w *World, near, far net.Conn) error {
			n, err := near.Write(pattern(100))
			if err == nil || n >= 100 {
				t.Errorf("write: %d, %v", n, err)
			}
			got, err := io.ReadAll(far)
			if err == nil || !bytes.Equal(got, pattern(100)[:n]) {
				t.Errorf("the other end read %d bytes of %d, then %v", len(got), n, err)
			}
			if n > 0 {
				partial++
			}
			return nil
		})
		if r.Faults[fault.Reset] != 1 {
			t.Errorf("faults: %v", r.Faults)
		}
	}
	if partial < 40 {
		t.Errorf("cut inside the bytes in %d of 50 seeds", partial)
	}
}

func TestWaitReadable(t *testing.T) {
	connected(t, Config{Faults: fault.Calm()}, func(w *World, near, far net.Conn) error {
		near.Write([]byte("x"))
		if err := far.(api.ReadWaiter).WaitReadable(); err != nil {
			return err
		}
		near.Close()
		io.ReadFull(far, make([]byte, 1))
		if err := far.(api.ReadWaiter).WaitReadable(); !errors.Is(err, io.EOF) {
			t.Errorf("at the end: %v", err)
		}
		return nil
	})
}
