// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
)

// echoWorld has a server that echoes and clients that ask it a few times, reconnecting when a connection breaks.
func echoWorld(cfg Config, clients, asks int) *World {
	w := New(cfg)
	server := w.Host("server")
	server.Boot(func(ctx context.Context) error { return serveEcho(server, "server:7") })
	for i := range clients {
		c := w.Host(fmt.Sprintf("client-%d", i))
		c.Boot(func(ctx context.Context) error { return askEcho(ctx, c, "server:7", asks) })
	}
	return w
}

// serveEcho serves connections for ever, from a task of its own.
func serveEcho(h *Host, addr string) error {
	l, err := h.Network().Listen(context.Background(), addr)
	if err != nil {
		return err
	}
	h.Runtime().Go("accept", func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			h.Runtime().Go("echo", func() {
				defer c.Close()
				io.Copy(struct{ io.Writer }{c}, struct{ io.Reader }{c})
			})
		}
	})
	return nil
}

func askEcho(ctx context.Context, h *Host, addr string, asks int) error {
	var c net.Conn
	buf := make([]byte, 64)
	for n := 0; n < asks; {
		if c == nil {
			var err error
			if c, err = h.Network().Dial(ctx, addr); err != nil {
				if err := api.Sleep(ctx, h.Runtime(), 100*time.Millisecond); err != nil {
					return err
				}
				continue
			}
		}
		c.SetReadDeadline(h.Runtime().Now().Add(20 * time.Second))
		copy(buf, fmt.Sprintf("%s asks %d", h.Name(), n))
		want := string(buf)
		_, err := c.Write(buf)
		if err == nil {
			_, err = io.ReadFull(c, buf)
		}
		if err != nil {
			c.Close()
			c = nil
			continue
		}
		if string(buf) != want {
			return fmt.Errorf("got %q, want %q", buf, want)
		}
		n++
	}
	return c.Close()
}

func TestEchoPasses(t *testing.T) {
	for _, p := range []fault.Profile{{}, fault.Calm(), fault.LAN(), fault.Hostile()} {
		for seed := range uint64(20) {
			r := echoWorld(Config{Seed: seed, Faults: p}, 3, 30).Run(nil)
			if r.Verdict != Passed {
				t.Fatalf("%s seed %d: %v %v\n%v\n%v", p.Name, seed, r.Verdict, r.Err, r.Last, r.Pending)
			}
		}
	}
}

func TestSameSeedSameHash(t *testing.T) {
	seen := map[uint64]uint64{}
	for seed := range uint64(100) {
		cfg := Config{Seed: seed, Faults: fault.Hostile()}
		first := echoWorld(cfg, 3, 20).Run(nil)
		for _, procs := range []int{1, 2, 8} {
			old := runtime.GOMAXPROCS(procs)
			again := echoWorld(cfg, 3, 20).Run(nil)
			runtime.GOMAXPROCS(old)
			if again.Hash != first.Hash || again.Steps != first.Steps || again.Virtual != first.Virtual {
				t.Fatalf("seed %d on %d processors: hash %x after %d steps, was %x after %d", seed, procs, again.Hash, again.Steps, first.Hash, first.Steps)
			}
		}
		if other, ok := seen[first.Hash]; ok {
			t.Errorf("seeds %d and %d have the same hash", seed, other)
		}
		seen[first.Hash] = seed
	}
}

// Worlds in parallel do not disturb each other.
func TestParallelWorlds(t *testing.T) {
	want := echoWorld(Config{Seed: 5, Faults: fault.Hostile()}, 3, 50).Run(nil).Hash
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 5 {
				if got := echoWorld(Config{Seed: 5, Faults: fault.Hostile()}, 3, 50).Run(nil).Hash; got != want {
					t.Errorf("hash %x, want %x", got, want)
				}
			}
		})
	}
	wg.Wait()
}

// The hash stands for the bytes that arrive too.
func TestHashCoversBytes(t *testing.T) {
	hash := func(text string) uint64 {
		r := connected(t, Config{Faults: fault.Calm()}, func(w *World, near, far net.Conn) error {
			near.Write([]byte(text))
			_, err := io.ReadFull(far, make([]byte, len(text)))
			return err
		})
		return r.Hash
	}
	for _, pair := range [][2]string{{"word", "ward"}, {"a longer word", "a longer ward"}, {"12345678", "12344678"}} {
		if a, again, b := hash(pair[0]), hash(pair[0]), hash(pair[1]); a == b || a != again {
			t.Errorf("%q: %x, %x and %x", pair, a, again, b)
		}
	}
}

func TestErrorsEndTheRun(t *testing.T) {
	boom := errors.New("boom")
	w := New(Config{})
	w.Host("a").Boot(func(ctx context.Context) error { return boom })
	if r := w.Run(nil); r.Verdict != Failed || !errors.Is(r.Err, boom) {
		t.Errorf("got %v %v", r.Verdict, r.Err)
	}
	if r := New(Config{}).Run(func(ctx context.Context) error { return boom }); r.Verdict != Failed || !errors.Is(r.Err, boom) {
		t.Errorf("got %v %v", r.Verdict, r.Err)
	}
}
