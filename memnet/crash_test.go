// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
)

func TestCrashForgetsAndRestartBoots(t *testing.T) {
	w := New(Config{})
	h := w.Host("a")
	var lives, late, deferred int
	var sealed atomic.Bool
	h.Boot(func(ctx context.Context) error {
		lives++
		defer func() {
			if !sealed.Load() {
				deferred++
			}
		}()
		rt := h.Runtime()
		if lives == 1 {
			rt.AfterFunc(time.Minute, func() { late++ })
			rt.Go("waits", func() {
				defer func() {
					if !sealed.Load() {
						deferred++
					}
				}()
				api.Sleep(ctx, rt, time.Minute)
				late++
			})
			f, err := h.Files().Create("state")
			if err != nil {
				return err
			}
			f.Write([]byte("kept"))
			f.Sync()
			rt.NewWaiter().Wait(ctx)
		}
		f, err := h.Files().Open("state")
		if err != nil {
			return err
		}
		buf := make([]byte, 4)
		if n, err := f.ReadAt(buf, 0); string(buf[:n]) != "kept" || err != nil {
			t.Errorf("after the restart: %q, %v", buf[:n], err)
		}
		deferred-- // this life's own
		return nil
	})
	r := w.Run(func(ctx context.Context) error {
		sleep(w, time.Second)
		h.Crash()
		h.Crash()
		if h.Up() {
			t.Error("up after a crash")
		}
		h.Runtime().Go("lost", func() { late++ })
		sleep(w, time.Second)
		h.Restart()
		sleep(w, 2*time.Minute)
		sealed.Store(true)
		return nil
	})
	if r.Verdict != Passed || lives != 2 || late != 0 || deferred != 0 {
		t.Errorf("%v %v: %d lives, %d things of the first one went on, %d deferred functions ran", r.Verdict, r.Err, lives, late, deferred)
	}
	if r.Faults[fault.Crash] != 1 || r.Faults[fault.Restart] != 1 {
		t.Errorf("faults: %v", r.Faults)
	}
}

func TestPeerOfCrashedHost(t *testing.T) {
	connected(t, Config{Faults: fault.Calm()}, func(w *World, near, far net.Conn) error {
		far.Write([]byte("sent before"))
		w.Host("b").Crash()
		got, err := io.ReadAll(near)
		if string(got) != "sent before" || err == nil || !strings.Contains(err.Error(), "reset") {
			t.Errorf("read %q, %v", got, err)
		}
		if _, err := w.Host("a").Network().Dial(t.Context(), "b:80"); err == nil || !strings.Contains(err.Error(), "refused") {
			t.Errorf("dial to a host that is down: %v", err)
		}
		return nil
	})
}

// With a profile that crashes hosts, the other end of a connection sees, by seed, a reset, an end, or nothing until it
// writes or waits long.
func TestTheOtherEndOfACrash(t *testing.T) {
	p := fault.Calm()
	p.CrashEvery = 1000 * time.Hour
	silent, ends := 0, 0
	for seed := range uint64(60) {
		connected(t, Config{Seed: seed, Faults: p}, func(w *World, near, far net.Conn) error {
			rt := w.Host("a").Runtime()
			start := rt.Now()
			w.Host("b").Crash()
			if seed%2 == 0 {
				api.Sleep(t.Context(), rt, time.Second)
				near.Write([]byte("x"))
			}
			_, err := near.Read(make([]byte, 1))
			switch {
			case errors.Is(err, io.EOF):
				ends++
			case err == nil || !strings.Contains(err.Error(), "reset"):
				t.Errorf("seed %d: read: %v", seed, err)
			}
			if d := rt.Now().Sub(start); seed%2 == 0 && d > 2*time.Second || d > keepAlive+time.Second {
				t.Errorf("seed %d: noticed after %v", seed, d)
			} else if d >= keepAlive {
				silent++
			}
			return nil
		})
	}
	if silent < 3 || ends < 3 {
		t.Errorf("half-open in %d of 30 seeds, an end in %d of 60", silent, ends)
	}
}

func TestTaskCrashesItsOwnHost(t *testing.T) {
	w := New(Config{})
	h := w.Host("a")
	after := false
	h.Boot(func(ctx context.Context) error {
		h.Crash()
		after = true
		return nil
	})
	if r := w.Run(nil); r.Verdict != Passed || after {
		t.Errorf("%v %v, went on: %v", r.Verdict, r.Err, after)
	}
}

// A lock of main's runtime that a task of a crashed host held is released.
func TestCrashReleasesForeignLocks(t *testing.T) {
	w := New(Config{})
	h := w.Host("a")
	r := w.Run(func(ctx context.Context) error {
		m := w.Runtime().NewMutex()
		h.Runtime().Go("holder", func() {
			m.Lock()
			defer m.Unlock()
			h.Runtime().NewWaiter().Wait(ctx)
		})
		sleep(w, time.Second)
		h.Crash()
		m.Lock()
		defer m.Unlock()
		return nil
	})
	if r.Verdict != Passed {
		t.Error(r.Verdict, r.Err, r.Pending)
	}
}

// What a partition held up when its sender crashed never arrives.
func TestCrashLosesWhatWaits(t *testing.T) {
	connected(t, Config{Faults: fault.Calm()}, func(w *World, near, far net.Conn) error {
		w.Isolate(w.Host("b"))
		far.Write([]byte("lost"))
		sleep(w, time.Second)
		w.Host("b").Crash()
		w.HealAll()
		got, err := io.ReadAll(near)
		if len(got) > 0 || err == nil {
			t.Errorf("read %q, %v", got, err)
		}
		return nil
	})
}

// What was sent in vain when its sender crashed is not sent again, nor what came behind it.
func TestCrashLosesWhatIsLate(t *testing.T) {
	p := fault.Calm()
	p.LossPPM = 300_000
	lost, whole := 0, 0
	for seed := range uint64(60) {
		connected(t, Config{Seed: seed, Faults: p}, func(w *World, near, far net.Conn) error {
			far.Write([]byte("ab"))
			far.Write([]byte("cd"))
			sleep(w, 50*time.Millisecond)
			w.Host("b").Crash()
			got, err := io.ReadAll(near)
			if sent := "abcd"; err == nil || !strings.HasPrefix(sent, string(got)) {
				t.Errorf("seed %d: read %q, %v", seed, got, err)
			}
			if len(got) == 4 {
				whole++
			} else {
				lost++
			}
			return nil
		})
	}
	if lost < 10 || whole < 10 {
		t.Errorf("%d times something was lost, %d times all arrived", lost, whole)
	}
}

// The timers of a crashed host do not keep the world going.
func TestCrashStopsTimers(t *testing.T) {
	w := New(Config{})
	h := w.Host("a")
	r := w.Run(func(ctx context.Context) error {
		h.Runtime().AfterFunc(time.Minute, func() {})
		h.Crash()
		return w.Runtime().NewWaiter().Wait(ctx)
	})
	if r.Verdict != Hung || r.Virtual > time.Second {
		t.Errorf("%v after %v", r.Verdict, r.Virtual)
	}
}

// TestWhatACrashKeeps of a file does not depend on crashes before it that had nothing to lose, so that a failure can be
// shrunk to one crash.
func TestWhatACrashKeeps(t *testing.T) {
	kept := func(seed uint64, crashes int) (left int64) {
		w := New(Config{Seed: seed})
		h, lives := w.Host("a"), 0
		h.Boot(func(ctx context.Context) error {
			if lives++; lives != crashes+1 {
				return nil
			}
			f, err := h.Files().Create("state")
			for range 50 {
				if err == nil {
					_, err = f.Write([]byte("0123456789"))
				}
			}
			return err
		})
		r := w.Run(func(context.Context) error {
			for range crashes + 1 {
				sleep(w, time.Second)
				h.Crash()
				h.Restart()
			}
			sleep(w, time.Second)
			info, err := h.Files().Stat("state")
			if err == nil {
				left = info.Size()
			}
			return err
		})
		if r.Err != nil {
			t.Fatal(r.Err)
		}
		return left
	}
	all := map[int64]bool{}
	for seed := range uint64(20) {
		one, two := kept(seed, 0), kept(seed, 1)
		if all[one] = true; one != two {
			t.Errorf("seed %d: the first crash keeps %d bytes, as the second one %d", seed, one, two)
		}
	}
	if len(all) < 5 {
		t.Errorf("a crash keeps one of %d sizes", len(all))
	}
}

// TestEachLossIsDrawn: two files, and two crashes, do not always lose the same.
func TestEachLossIsDrawn(t *testing.T) {
	files, crashes := 0, 0
	for seed := range uint64(20) {
		w := New(Config{Seed: seed})
		h := w.Host("a")
		h.Boot(func(context.Context) error {
			for _, name := range []string{"one", "two"} {
				f, err := h.Files().Create(name)
				for range 50 {
					if err == nil {
						_, err = f.Write([]byte("x"))
					}
				}
				if err != nil {
					return err
				}
			}
			return nil
		})
		kept := func(name string) int64 {
			info, err := h.Files().Stat(name)
			if err != nil {
				t.Fatal(err)
			}
			return info.Size()
		}
		r := w.Run(func(context.Context) error {
			sleep(w, time.Second)
			h.Crash()
			one, two := kept("one"), kept("two")
			h.Restart()
			sleep(w, time.Second)
			h.Crash()
			if one != two {
				files++
			}
			if one != kept("one") {
				crashes++
			}
			return nil
		})
		if r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	if files < 15 || crashes < 15 {
		t.Errorf("of 20 seeds the files lost otherwise in %d, the crashes in %d", files, crashes)
	}
}

// TestWhatACrashKeptStays: what is on the disk after a crash no later crash loses.
func TestWhatACrashKeptStays(t *testing.T) {
	for seed := range uint64(20) {
		w := New(Config{Seed: seed})
		h := w.Host("a")
		var f api.File
		write := func() (err error) {
			for range 20 {
				if err == nil {
					_, err = f.Write([]byte("x"))
				}
			}
			return err
		}
		r := w.Run(func(context.Context) (err error) {
			if f, err = h.Files().Create("state"); err != nil {
				return err
			}
			before := int64(0)
			for range 4 {
				if err := write(); err != nil {
					return err
				}
				h.Crash()
				h.Restart()
				info, err := h.Files().Stat("state")
				if err != nil {
					return err
				}
				if info.Size() < before {
					t.Errorf("seed %d: %d bytes, after %d that a crash had kept", seed, info.Size(), before)
				}
				before = info.Size()
			}
			return nil
		})
		if r.Err != nil {
			t.Fatal(r.Err)
		}
	}
}
