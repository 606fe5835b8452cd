// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/plan"
)

// A register is kept by a primary, which answers a write before the backup has it, and does not recognise one that is
// sent again: two mistakes.
type register struct {
	w        *World
	answered []byte
	backup   map[byte]int // how often each write was applied there
}

const registerWrites = 50

// registerRun makes the run of a seed: one cut of the client's link for 200 ms and one crash of the primary, both in the
// first second.
func registerRun(tb testing.TB, seed uint64) (lost, twice int, r Result) {
	tb.Helper()
	draw := rand.New(rand.NewPCG(seed, 1))
	within := func() time.Duration { return time.Duration(draw.Int64N(int64(time.Second))) }
	p, err := plan.Parse("register", fmt.Sprintf(
		"plan 1\nlink * -> * latency=1ms..3ms\nat %v partition client | primary for 200ms\nat %v crash primary for 100ms\n", within(), within()))
	if err != nil {
		tb.Fatal(err)
	}
	g := &register{w: New(Config{Seed: seed, Plan: &p, Trace: -1}), backup: map[byte]int{}}
	backup, primary, client := g.w.Host("backup"), g.w.Host("primary"), g.w.Host("client")
	backup.Boot(func(ctx context.Context) error {
		return serveBytes(ctx, backup, "backup:7", func(c net.Conn, b byte) error {
			g.backup[b]++
			return nil
		})
	})
	primary.Boot(func(ctx context.Context) error { return g.runPrimary(ctx, primary) })
	client.Boot(func(ctx context.Context) error { return g.runClient(ctx, client) })
	if r = g.w.Run(nil); r.Verdict != Passed {
		tb.Fatalf("seed %d: %v %v", seed, r.Verdict, r.Err)
	}
	for _, b := range g.answered {
		if g.backup[b] == 0 {
			lost++
		}
	}
	for _, n := range g.backup {
		if n > 1 {
			twice++
		}
	}
	return lost, twice, r
}

// serveBytes calls each for every byte that arrives, from a task for each connection.
func serveBytes(ctx context.Context, h *Host, addr string, each func(c net.Conn, b byte) error) error {
	l, err := h.Network().Listen(ctx, addr)
	if err != nil {
		return err
	}
	h.Runtime().Go("accept", func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			h.Runtime().Go("serve", func() {
				defer c.Close()
				var b [1]byte
				for {
					if _, err := io.ReadFull(c, b[:]); err != nil {
						return
					}
					if each(c, b[0]) != nil {
						return
					}
				}
			})
		}
	})
	return nil
}

// runPrimary answers writes at once and hands them to the backup every 5 ms.
func (g *register) runPrimary(ctx context.Context, h *Host) error {
	var mu sync.Mutex // never held across a scheduling point
	var unsent []byte
	err := serveBytes(ctx, h, "primary:7", func(c net.Conn, b byte) error {
		mu.Lock()
		unsent = append(unsent, b)
		mu.Unlock()
		_, err := c.Write([]byte{b})
		return err
	})
	if err != nil {
		return err
	}
	h.Runtime().Go("replicate", func() {
		c, err := h.Network().Dial(ctx, "backup:7")
		for err == nil {
			if err = api.Sleep(ctx, h.Runtime(), 5*time.Millisecond); err != nil {
				break
			}
			mu.Lock()
			batch := unsent
			unsent = nil
			mu.Unlock()
			if len(batch) > 0 {
				_, err = c.Write(batch)
			}
		}
	})
	return nil
}

// runClient writes 1 to 50, each until it is answered.
func (g *register) runClient(ctx context.Context, h *Host) error {
	rt := h.Runtime()
	var c net.Conn
	for b := byte(1); b <= registerWrites; b++ {
		for !g.write(ctx, h, &c, b) {
			if err := api.Sleep(ctx, rt, 10*time.Millisecond); err != nil {
				return err
			}
		}
		g.answered = append(g.answered, b)
		if err := api.Sleep(ctx, rt, 10*time.Millisecond+time.Duration(rt.Rand().IntN(20))*time.Millisecond); err != nil {
			return err
		}
	}
	return api.Sleep(ctx, rt, 100*time.Millisecond) // until everything is at the backup
}

// write makes one attempt, within 50 ms.
func (g *register) write(ctx context.Context, h *Host, c *net.Conn, b byte) bool {
	if *c == nil {
		near, err := h.Network().Dial(ctx, "primary:7")
		if err != nil {
			return false
		}
		*c = near
	}
	_ = (*c).SetDeadline(h.Runtime().Now().Add(50 * time.Millisecond))
	var answer [1]byte
	_, err := (*c).Write([]byte{b})
	if err == nil {
		_, err = io.ReadFull(*c, answer[:])
	}
	if err != nil {
		_ = (*c).Close()
		*c = nil
	}
	return err == nil
}

// Both mistakes are found within 50 seeds, not in every one, and each verdict again.
func TestRegister(t *testing.T) {
	lostSeeds, twiceSeeds := 0, 0
	for seed := range uint64(50) {
		lost, twice, r := registerRun(t, seed)
		lostAgain, twiceAgain, again := registerRun(t, seed)
		if lost != lostAgain || twice != twiceAgain || r.Hash != again.Hash {
			t.Fatalf("seed %d: %d lost, %d twice, hash %x; again %d, %d, %x", seed, lost, twice, r.Hash, lostAgain, twiceAgain, again.Hash)
		}
		lostSeeds += min(lost, 1)
		twiceSeeds += min(twice, 1)
	}
	if lostSeeds == 0 || lostSeeds == 50 || twiceSeeds == 0 || twiceSeeds == 50 {
		t.Errorf("an answered write is lost in %d of 50 seeds, one applied twice in %d", lostSeeds, twiceSeeds)
	}
}

// BenchmarkRegister measures a seed.
func BenchmarkRegister(b *testing.B) {
	seed := uint64(0)
	for b.Loop() {
		registerRun(b, seed)
		seed++
	}
}
