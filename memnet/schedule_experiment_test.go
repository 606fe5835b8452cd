// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/plan"
	"github.com/twinwire/twinwire/internal/tape"
)

// losesUpdate runs two tasks that each read a number, yield and write it back one higher. With timer they are woken at
// one instant; with late, one of them yields four times first.
func losesUpdate(t *testing.T, cfg Config, timer, late bool) (lost bool, r Result) {
	t.Helper()
	var n atomic.Int64
	r = onHost(t, cfg, func(ctx context.Context, h *Host) error {
		rt := h.Runtime()
		g := api.NewGroup(rt)
		for i := range 2 {
			g.Go("add", func() error {
				if timer {
					if err := api.Sleep(ctx, rt, time.Millisecond); err != nil {
						return err
					}
				}
				for range 4 * i {
					if late {
						rt.Yield()
					}
				}
				v := n.Load()
				rt.Yield()
				n.Store(v + 1)
				return nil
			})
		}
		return g.Wait(ctx)
	})
	return n.Load() < 2, r
}

// In all four modes the lost update is found within 50 seeds, and missed by some.
func TestLostUpdateInFourModes(t *testing.T) {
	for _, s := range []Strategy{{}, {Kind: PCT}, {Kind: POS}, {Kind: Portfolio}} {
		for mode := range 4 {
			hits := 0
			for seed := range uint64(50) {
				if lost, _ := losesUpdate(t, Config{Seed: seed, Strategy: s}, mode < 2, mode%2 == 1); lost {
					hits++
				}
			}
			if hits == 0 {
				t.Errorf("%v, mode %d: not found in 50 seeds", s, mode)
			}
		}
	}
}

// A depth-first search finds it without luck, and when there is little to search, ends.
func TestLostUpdateByDepthFirstSearch(t *testing.T) {
	for mode := range 4 {
		next, runs, lost := &tape.Tape{Strategy: "dfs"}, 0, 0
		for next != nil && runs < 5000 {
			hit, r := losesUpdate(t, Config{Tape: next, Record: true}, mode < 2, mode%2 == 1)
			runs++
			if hit {
				lost++
			}
			next = r.Tape.Next(func(s tape.Stream) bool { return s.Purpose() == dfsPurpose })
		}
		if lost == 0 || lost == runs || mode == 2 && next != nil {
			t.Errorf("mode %d: lost in %d of %d schedules, more to try: %v", mode, lost, runs, next != nil)
		}
	}
}

// Four tasks woken at one instant run in every order.
func TestFourTasksInEveryOrder(t *testing.T) {
	for _, s := range []Strategy{{}, {Kind: PCT}, {Kind: POS}} {
		orders := map[string]bool{}
		for seed := range uint64(300) {
			var order notes
			onHost(t, Config{Seed: seed, Strategy: s}, func(ctx context.Context, h *Host) error {
				g := api.NewGroup(h.Runtime())
				for i := range 4 {
					g.Go("sleep", func() error {
						err := api.Sleep(ctx, h.Runtime(), time.Second)
						order.add(fmt.Sprint(i))
						return err
					})
				}
				return g.Wait(ctx)
			})
			orders[order.String()] = true
		}
		if len(orders) != 24 {
			t.Errorf("%v: %d of 24 orders in 300 seeds", s, len(orders))
		}
	}
}

// Eight hosts that have nothing to do with each other: taking one fault away from one of them leaves the others as they
// were, in 140 of 140.
func TestRemovingAFaultLeavesOtherHosts(t *testing.T) {
	const hosts = 8
	run := func(seed uint64, faulty int, fault string) [hosts]string {
		text := "plan 1\n"
		if fault != "" {
			text += fmt.Sprintf("at 30ms %s host-%d for 20ms\n", fault, faulty)
		}
		p, err := plan.Parse("test", text)
		if err != nil {
			t.Fatal(err)
		}
		w := New(Config{Seed: seed, Plan: &p})
		var stories [hosts]strings.Builder
		for i := range hosts {
			h := w.Host(fmt.Sprint("host-", i))
			h.Boot(func(ctx context.Context) error {
				rt := h.Runtime()
				m, g := rt.NewMutex(), api.NewGroup(rt)
				for task := range 3 {
					g.Go("work", func() error {
						for range 20 {
							m.Lock()
							fmt.Fprintln(&stories[i], task, w.now, rt.Rand().Uint32())
							m.Unlock()
							if err := api.Sleep(ctx, rt, time.Duration(1+rt.Rand().IntN(5))*time.Millisecond); err != nil {
								return err
							}
						}
						return nil
					})
				}
				return g.Wait(ctx)
			})
		}
		if r := w.Run(nil); r.Verdict != Passed {
			t.Fatal(r.Err)
		}
		var all [hosts]string
		for i := range stories {
			all[i] = stories[i].String()
		}
		return all
	}
	kept, changed := 0, 0
	for seed := range uint64(20) {
		faulty := int(seed) % hosts
		fault := []string{"crash", "pause"}[seed%2]
		with, without := run(seed, faulty, fault), run(seed, faulty, "")
		for i := range hosts {
			switch {
			case i == faulty && with[i] != without[i]:
				changed++
			case i != faulty && with[i] == without[i]:
				kept++
			}
		}
	}
	if kept != 140 || changed != 20 {
		t.Errorf("%d of 140 traces of other hosts are the same, %d of 20 of the host itself changed", kept, changed)
	}
}
