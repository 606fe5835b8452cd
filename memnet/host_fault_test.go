// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
)

func sleepOn(h *Host, d time.Duration) { _ = api.Sleep(context.Background(), h.Runtime(), d) }

// planned runs a world of hosts a and b in that plan, in which a runs body.
func planned(t *testing.T, text string, body func(ctx context.Context, w *World) error) Result {
	t.Helper()
	p, err := plan.Parse("test", "plan 1\n"+text)
	if err != nil {
		t.Fatal(err)
	}
	w := New(Config{Plan: &p})
	w.Host("b").Boot(func(context.Context) error { return serveEcho(w.Host("b"), ":7") })
	w.Host("a").Boot(func(ctx context.Context) error { return body(ctx, w) })
	return w.Run(nil)
}

// A paused host does nothing, and goes on where it was: its timers start late.
func TestPause(t *testing.T) {
	var ticks []time.Duration
	r := planned(t, "at 1050ms pause a for 3s\n", func(_ context.Context, w *World) error {
		for range 30 {
			sleepOn(w.Host("a"), 100*time.Millisecond)
			ticks = append(ticks, time.Duration(w.now))
		}
		return nil
	})
	if r.Verdict != Passed || len(ticks) != 30 || r.Faults[fault.Pause] != 1 {
		t.Fatalf("%v %v, %d ticks, %v", r.Verdict, r.Err, len(ticks), r.Faults)
	}
	for _, at := range ticks {
		if at > 1060*time.Millisecond && at < 4050*time.Millisecond {
			t.Errorf("a tick at %v", at)
		}
	}
}

// A crash ends a pause, and what is paused does not count as hung.
func TestACrashEndsAPause(t *testing.T) {
	lives := 0
	r := planned(t, "at 100ms pause a for 1h\nat 200ms crash a for 100ms\n", func(_ context.Context, w *World) error {
		lives++
		sleepOn(w.Host("a"), 150*time.Millisecond)
		return nil
	})
	if r.Verdict != Passed || lives != 2 || r.Virtual > time.Second {
		t.Errorf("%v %v after %v, %d lives", r.Verdict, r.Err, r.Virtual, lives)
	}
}

// A clock that is wrong, drifts and jumps shows on the wall, and spans of time stay what they are.
func TestClocks(t *testing.T) {
	planned(t, "clock a offset=-500ms drift=1000ppm\nat 10s jump a by 1h\n", func(ctx context.Context, w *World) error {
		rt, epoch := w.Host("a").Runtime(), w.epoch
		start := rt.Now()
		if d := start.Round(0).Sub(epoch); d != -500*time.Millisecond {
			t.Errorf("it shows %v at the start", d)
		}
		for range 20 {
			if err := api.Sleep(ctx, rt, time.Second); err != nil {
				return err
			}
		}
		end := rt.Now()
		if d := end.Sub(start); d < 20*time.Second || d > 20*time.Second+time.Millisecond {
			t.Errorf("20 s took %v", d)
		}
		if d := time.Duration(w.now); d < 19_970*time.Millisecond || d > 19_990*time.Millisecond {
			t.Errorf("20 s of a fast clock took %v", d)
		}
		if d := end.Round(0).Sub(start.Round(0)); d < time.Hour+20*time.Second {
			t.Errorf("the wall clock went on by %v", d)
		}
		c, err := w.Host("a").Network().Dial(ctx, "b:7")
		if err != nil {
			return err
		}
		before := w.now
		if err := c.SetReadDeadline(rt.Now().Add(time.Second)); err != nil {
			return err
		}
		if _, err := c.Read(make([]byte, 1)); err == nil {
			t.Error("a read passed its deadline")
		}
		if d := time.Duration(w.now - before); d < 990*time.Millisecond || d > 1010*time.Millisecond {
			t.Errorf("a deadline in 1 s ended the read after %v", d)
		}
		return nil
	})
}

// While connections are stalled they are made and wait; while they are refused they are not made.
func TestStallAndRefuse(t *testing.T) {
	var took time.Duration
	r := planned(t, "at 0s stall b for 5s\nat 6s refuse b for 1s\n", func(ctx context.Context, w *World) error {
		sleepOn(w.Host("a"), time.Millisecond)
		if err := askEcho(ctx, w.Host("a"), "b:7", 1); err != nil {
			return err
		}
		took = time.Duration(w.now)
		sleepOn(w.Host("a"), 6500*time.Millisecond-took)
		if _, err := w.Host("a").Network().Dial(ctx, "b:7"); err == nil {
			t.Error("a refused dial succeeded")
		}
		sleepOn(w.Host("a"), time.Second)
		c, err := w.Host("a").Network().Dial(ctx, "b:7")
		if err == nil {
			err = c.Close()
		}
		return err
	})
	if r.Verdict != Passed || took < 5*time.Second || took > 6*time.Second {
		t.Errorf("%v %v, answered after %v", r.Verdict, r.Err, took)
	}
}

// A clog holds everything back and lets it all go at once.
func TestClog(t *testing.T) {
	r := planned(t, "at 1s clog a -> b for 30s\n", func(ctx context.Context, w *World) error {
		c, err := w.Host("a").Network().Dial(ctx, "b:7")
		if err != nil {
			return err
		}
		sleepOn(w.Host("a"), 2*time.Second)
		if _, err := c.Write(pattern(100)); err != nil {
			return err
		}
		if n, err := c.Read(make([]byte, 100)); n == 0 || err != nil {
			t.Errorf("read %d, %v", n, err)
		}
		if at := time.Duration(w.now); at < 31*time.Second || at > 32*time.Second {
			t.Errorf("answered at %v", at)
		}
		return nil
	})
	if r.Verdict != Passed {
		t.Error(r.Err)
	}
}

// A healed host is up, reachable and goes on; without a heal the run hangs.
func TestHeal(t *testing.T) {
	faults := "at 10ms isolate a for 10h\nat 20ms crash b\nat 30ms pause a for 10h\nat 40ms clog a -> b for 10h\n"
	for _, heal := range []string{"", "heal at 5s core=all within 20s\n"} {
		r := planned(t, faults+heal, func(ctx context.Context, w *World) error {
			sleepOn(w.Host("a"), time.Second)
			return askEcho(ctx, w.Host("a"), "b:7", 1)
		})
		if (r.Verdict == Passed) != (heal != "") {
			t.Errorf("heal %q: %v %v at %v", heal, r.Verdict, r.Err, r.Virtual)
		}
		if heal != "" && r.Virtual > 6*time.Second {
			t.Errorf("healed at 5 s, ended at %v", r.Virtual)
		}
	}
}

// In a ring each host reaches its neighbours only.
func TestRing(t *testing.T) {
	p, err := plan.Parse("test", "plan 1\nat 0s ring for 10s\n")
	if err != nil {
		t.Fatal(err)
	}
	w := New(Config{Plan: &p})
	names := []string{"a", "b", "c", "d"}
	for _, name := range names {
		w.Host(name).Boot(func(context.Context) error { return serveEcho(w.Host(name), ":7") })
	}
	r := w.Run(func(ctx context.Context) error {
		sleep(w, time.Millisecond)
		for _, from := range names {
			for _, to := range names {
				blocked := w.link(w.Host(from), w.Host(to)).blocked > 0
				if far := from+to == "ac" || from+to == "ca" || from+to == "bd" || from+to == "db"; blocked != far {
					t.Errorf("%s -> %s: cut %v", from, to, blocked)
				}
			}
		}
		return nil
	})
	if r.Verdict != Passed {
		t.Error(r.Err)
	}
}

// A host that is safe from crashes is not safe from standing still, nor from a clock that is set.
func TestSafeHostsPauseAndJump(t *testing.T) {
	p := fault.Calm()
	p.SafeHosts = []string{"a"}
	p.CrashEvery, p.DownMax = 100*time.Millisecond, time.Second
	p.DiskFull, p.DiskFullMean = 100*time.Millisecond, time.Second
	p.PauseEvery, p.PauseMax = 100*time.Millisecond, 10*time.Millisecond
	p.JumpEvery, p.JumpMax = 100*time.Millisecond, time.Minute
	w := New(Config{Seed: 1, Faults: p})
	h := w.Host("a")
	h.Boot(func(ctx context.Context) error { return api.Sleep(ctx, h.Runtime(), 10*time.Second) })
	r := w.Run(nil)
	if c := r.Faults; r.Verdict != Passed || c[fault.Pause] == 0 || c[fault.Jump] == 0 || c[fault.Crash]+c[fault.DiskFull] > 0 {
		t.Errorf("%v: %v, %v", r.Verdict, r.Err, c)
	}
}

// Crashes that tire come as soon as others, and are few in the end.
func TestCrashesTire(t *testing.T) {
	crashes := func(tire bool) (early, late int) {
		p := fault.Calm()
		p.CrashEvery, p.DownMin, p.DownMax, p.CrashTires = 20*time.Millisecond, time.Millisecond, time.Millisecond, tire
		w := New(Config{Seed: 1, Faults: p, Observe: func(s Sighting) {
			switch {
			case s.What != string(fault.Crash):
			case s.At < time.Second:
				early++
			default:
				late++
			}
		}})
		w.Host("a").Boot(func(context.Context) error { return nil })
		w.Run(func(ctx context.Context) error { return api.Sleep(ctx, w.root.Runtime(), 10*time.Second) })
		return early, late
	}
	if early, late := crashes(true); early < 5 || late > 5*early {
		t.Errorf("that tire: %d in the first second, %d in the nine after it", early, late)
	}
	if early, late := crashes(false); late < 8*early || early < 30 {
		t.Errorf("%d in the first second, %d in the nine after it", early, late)
	}
}
