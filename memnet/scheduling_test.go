// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
)

// onHost runs body as the only Boot function of host "a" and wants the run to pass.
func onHost(t *testing.T, cfg Config, body func(ctx context.Context, h *Host) error) Result {
	t.Helper()
	w := New(cfg)
	h := w.Host("a")
	h.Boot(func(ctx context.Context) error { return body(ctx, h) })
	r := w.Run(nil)
	if r.Verdict != Passed {
		t.Fatalf("seed %d: %v: %v\n%v\n%v", cfg.Seed, r.Verdict, r.Err, r.Last, r.Pending)
	}
	return r
}

// Two tasks read a counter, and write it back in a second critical section: some schedules lose an update, some do not.
func TestLostUpdateIsFound(t *testing.T) {
	lost := 0
	for seed := range uint64(1000) {
		onHost(t, Config{Seed: seed}, func(ctx context.Context, h *Host) error {
			rt := h.Runtime()
			m, g, n := rt.NewMutex(), api.NewGroup(rt), 0
			for range 2 {
				g.Go("add", func() error {
					m.Lock()
					v := n
					m.Unlock()
					m.Lock()
					n = v + 1
					m.Unlock()
					return nil
				})
			}
			err := g.Wait(ctx)
			if n < 2 {
				lost++
			}
			return err
		})
	}
	if lost < 100 || lost > 900 {
		t.Errorf("lost in %d of 1,000 seeds", lost)
	}
}

// Two tasks take two locks in opposite orders: some schedules deadlock, and the report says who waits.
func TestDeadlockIsFound(t *testing.T) {
	hung := 0
	for seed := range uint64(300) {
		w := New(Config{Seed: seed})
		h := w.Host("a")
		h.Boot(func(ctx context.Context) error {
			rt := h.Runtime()
			a, b, g := rt.NewMutex(), rt.NewMutex(), api.NewGroup(rt)
			both := func(x, y api.Mutex) func() error {
				return func() error {
					x.Lock()
					defer x.Unlock()
					y.Lock()
					defer y.Unlock()
					return nil
				}
			}
			g.Go("ab", both(a, b))
			g.Go("ba", both(b, a))
			return g.Wait(ctx)
		})
		r := w.Run(nil)
		if r.Verdict == Passed {
			continue
		}
		hung++
		var got []string
		for _, p := range r.Pending {
			what, at, _ := strings.Cut(p.Waiting, " at ")
			got = append(got, p.Host+" "+p.Name+": "+what)
			if !strings.HasPrefix(at, "scheduling_test.go:") {
				t.Errorf("%s waits at %q", p.Name, at)
			}
		}
		slices.Sort(got)
		want := []string{`a ab: Lock (held by task "ba" of host a)`, `a ba: Lock (held by task "ab" of host a)`, "a boot: Group.Wait"}
		if r.Verdict != Hung || !slices.Equal(got, want) {
			t.Fatalf("seed %d: %v %v, pending %q", seed, r.Verdict, r.Err, got)
		}
	}
	if hung < 20 || hung > 280 {
		t.Errorf("deadlock in %d of 300 seeds", hung)
	}
}

// Tasks whose timers end at one instant run in every order.
func TestTiesAreDrawn(t *testing.T) {
	orders := map[string]bool{}
	for seed := range uint64(300) {
		var order notes
		r := onHost(t, Config{Seed: seed}, func(ctx context.Context, h *Host) error {
			g := api.NewGroup(h.Runtime())
			for i := range 3 {
				g.Go("sleep", func() error {
					err := api.Sleep(ctx, h.Runtime(), time.Second)
					order.add(fmt.Sprint(i))
					return err
				})
			}
			return g.Wait(ctx)
		})
		orders[order.String()] = true
		if r.Choices == 0 {
			t.Errorf("seed %d: no step had a choice", seed)
		}
	}
	if len(orders) != 6 {
		t.Errorf("3 tasks ran in %d orders: %v", len(orders), orders)
	}
}

// Yield mostly lets the ready tasks of the host run first.
func TestYieldLetsOthersRun(t *testing.T) {
	first := 0
	for seed := range uint64(100) {
		onHost(t, Config{Seed: seed}, func(ctx context.Context, h *Host) error {
			rt := h.Runtime()
			var ran atomic.Int64
			for range 3 {
				rt.AfterFunc(0, func() { ran.Add(1) })
			}
			rt.Yield()
			if ran.Load() == 3 {
				first++
			}
			return nil
		})
	}
	if first < 70 || first == 100 {
		t.Errorf("all others ran first in %d of 100 seeds", first)
	}
}

// All times are multiples of the seed's quantum.
func TestTimeHasAQuantum(t *testing.T) {
	quanta := map[int64]bool{}
	for seed := range uint64(100) {
		onHost(t, Config{Seed: seed}, func(ctx context.Context, h *Host) error {
			q := h.world.policy.quantum
			quanta[q] = true
			api.Sleep(ctx, h.Runtime(), 1_234_567)
			if h.world.now%q != 0 {
				t.Errorf("seed %d: %d is no multiple of %d", seed, h.world.now, q)
			}
			return nil
		})
	}
	if len(quanta) != 6 {
		t.Errorf("quanta: %v", quanta)
	}
}

func TestVirtualTime(t *testing.T) {
	r := onHost(t, Config{}, func(ctx context.Context, h *Host) error {
		rt := h.Runtime()
		start := rt.Now()
		if want := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC); !start.Equal(want) {
			t.Errorf("time starts at %v", start)
		}
		if err := api.Sleep(ctx, rt, 10*time.Minute); err != nil {
			return err
		}
		if d := rt.Now().Sub(start); d < 10*time.Minute || d > 10*time.Minute+100*time.Millisecond {
			t.Errorf("slept %v", d)
		}
		return nil
	})
	if r.Virtual < 10*time.Minute {
		t.Errorf("the run took %v", r.Virtual)
	}
}

func TestTimerStopAndReset(t *testing.T) {
	for seed := range uint64(50) {
		onHost(t, Config{Seed: seed}, func(ctx context.Context, h *Host) error {
			rt := h.Runtime()
			var fired notes
			add := func(s string) func() {
				return func() { fired.add(s) }
			}
			stopped := rt.AfterFunc(time.Second, add("stopped"))
			moved := rt.AfterFunc(time.Second, add("moved"))
			now := rt.AfterFunc(-1, add("now"))
			if !stopped.Stop() || stopped.Stop() || !moved.Reset(3*time.Second) {
				t.Error("Stop or Reset of a pending timer: not reported")
			}
			api.Sleep(ctx, rt, 2*time.Second)
			if fired.String() != "now" || now.Stop() {
				t.Errorf("after 2 s: %v", fired.String())
			}
			api.Sleep(ctx, rt, 2*time.Second)
			if moved.Reset(time.Second) {
				t.Error("Reset of a timer that fired says it was pending")
			}
			api.Sleep(ctx, rt, 2*time.Second)
			if fired.String() != "now moved moved" {
				t.Errorf("at the end: %v", fired.String())
			}
			return nil
		})
	}
}

// What happens between two hosts does not depend on what happens to two others.
func TestHostsDoNotDisturbEachOther(t *testing.T) {
	story := func(seed uint64, disturb bool) (story string) {
		w := New(Config{Seed: seed, Faults: fault.LAN()})
		for i, pair := range [][2]string{{"a", "b"}, {"c", "d"}} {
			s, c := w.Host(pair[0]), w.Host(pair[1])
			s.Boot(func(ctx context.Context) error { return serveEcho(s, ":7") })
			c.Boot(func(ctx context.Context) error {
				for range 20 {
					if err := askEcho(ctx, c, s.Name()+":7", 1); err != nil {
						return err
					}
					if i == 1 {
						story += fmt.Sprintln(c.Runtime().Now())
					}
				}
				return nil
			})
		}
		w.Run(func(ctx context.Context) error {
			if disturb {
				api.Sleep(ctx, w.Runtime(), 5*time.Millisecond)
				w.Host("a").Crash()
				w.Host("a").Restart()
				w.Partition(w.Host("a"), w.Host("b"))
			}
			return api.Sleep(ctx, w.Runtime(), 3*time.Second)
		})
		return story
	}
	for seed := range uint64(100) {
		if calm, other := story(seed, false), story(seed, true); calm != other {
			t.Fatalf("seed %d: c and d saw\n%s, and with faults elsewhere\n%s", seed, calm, other)
		}
	}
}
