// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"bytes"
	"context"
	"errors"
	"syscall"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/plan"
)

// keeps writes ten records of ten bytes to a file, syncs after the fifth, crashes, and returns what is there then.
func keeps(t *testing.T, cfg Config) (left []byte, r Result) {
	t.Helper()
	w := New(cfg)
	h := w.Host("a")
	h.Boot(func(context.Context) error {
		if h.lives == 1 {
			f, err := h.Files().Create("log")
			if err != nil {
				return err
			}
			for i := range 10 {
				if _, err := f.Write(pattern(100)[10*i : 10*i+10]); err != nil {
					return err
				}
				if i == 4 {
					err = errors.Join(err, f.Sync())
				}
			}
			h.Crash()
		}
		f, err := h.Files().Open("log")
		if err != nil {
			return err
		}
		left = make([]byte, 100)
		n, _ := f.ReadAt(left, 0)
		left = left[:n]
		return nil
	})
	r = w.Run(func(context.Context) error {
		sleep(w, time.Second)
		h.Restart()
		return nil
	})
	if r.Verdict != Passed {
		t.Fatalf("seed %d: %v %v", cfg.Seed, r.Verdict, r.Err)
	}
	return left, r
}

// A crash keeps what was synced and a drawn part of the rest; with torn writes it may end inside one.
func TestACrashKeepsWhatWasSynced(t *testing.T) {
	for _, torn := range []uint32{0, million} {
		sizes := map[int]int{}
		inside := 0
		for seed := range uint64(200) {
			left, r := keeps(t, Config{Seed: seed, Faults: fault.Profile{TornPPM: torn}})
			if !bytes.HasPrefix(pattern(100), left) || len(left) < 50 {
				t.Fatalf("seed %d: %d bytes are left", seed, len(left))
			}
			if len(left)%10 != 0 {
				inside++
				if r.Faults[fault.Torn] == 0 {
					t.Errorf("seed %d: %d bytes are left, and no torn write is told", seed, len(left))
				}
			}
			sizes[len(left)/10]++
		}
		if len(sizes) != 6 || (inside > 0) != (torn > 0) {
			t.Errorf("torn %d: records left %v, %d times inside one", torn, sizes, inside)
		}
	}
}

func TestALostSyncKeepsNothing(t *testing.T) {
	for _, text := range []string{"disk a lose-sync=100%\n", "at 0s lose-sync a for 1s\n", "on sync from a #1 lose\n"} {
		p, err := plan.Parse("test", "plan 1\n"+text)
		if err != nil {
			t.Fatal(err)
		}
		least := 100
		for seed := range uint64(40) {
			left, r := keeps(t, Config{Seed: seed, Plan: &p})
			least = min(least, len(left))
			if r.Faults[fault.LostSync] != 1 {
				t.Errorf("%s seed %d: %v", text, seed, r.Faults)
			}
		}
		if least >= 50 {
			t.Errorf("%s at least %d bytes were left in 40 seeds", text, least)
		}
	}
}

// diskRun runs body on a host in a world with that plan.
func diskRun(t *testing.T, text string, body func(h *Host) error) Result {
	t.Helper()
	p, err := plan.Parse("test", "plan 1\n"+text)
	if err != nil {
		t.Fatal(err)
	}
	return onHost(t, Config{Plan: &p}, func(_ context.Context, h *Host) error { return body(h) })
}

func TestAFullDisk(t *testing.T) {
	for _, text := range []string{"disk a room=25B\n", "at 0s disk-full a for 1s\n"} {
		diskRun(t, text, func(h *Host) error {
			sleepOn(h, time.Millisecond)
			f, err := h.Files().Create("x")
			if err != nil {
				return err
			}
			total := 0
			for range 3 {
				n, err := f.Write(pattern(10))
				total += n
				if (n < 10) != errors.Is(err, syscall.ENOSPC) {
					t.Errorf("%s wrote %d: %v", text, n, err)
				}
			}
			if h.files.disk.room > 0 && total != 25 || h.files.disk.full > 0 && total != 0 {
				t.Errorf("%s %d bytes fit", text, total)
			}
			sleepOn(h, 2*time.Second)
			if err := h.Files().Remove("x"); err != nil {
				return err
			}
			g, err := h.Files().Create("y")
			if err != nil {
				return err
			}
			if n, err := g.Write(pattern(20)); n != 20 || err != nil {
				t.Errorf("%s once there is room: %d, %v", text, n, err)
			}
			return nil
		})
	}
}

func TestASlowDisk(t *testing.T) {
	for _, text := range []string{"disk a slow=10ms\n", "at 0s disk-slow a for 10s\n"} {
		diskRun(t, text, func(h *Host) error {
			sleepOn(h, time.Millisecond)
			start := h.world.now
			f, err := h.Files().Create("x")
			if err != nil {
				return err
			}
			_, werr := f.Write(pattern(10))
			if err := errors.Join(werr, f.Sync()); err != nil {
				return err
			}
			if took := time.Duration(h.world.now - start); took < 30*time.Millisecond {
				t.Errorf("%s three operations took %v", text, took)
			}
			return nil
		})
	}
}

func TestAWrongBitOfADisk(t *testing.T) {
	r := diskRun(t, "on read from a #2 flip bit 17\n", func(h *Host) error {
		f, err := h.Files().Create("x")
		if err != nil {
			return err
		}
		if _, err := f.Write(pattern(10)); err != nil {
			return err
		}
		for i := range 3 {
			got := make([]byte, 10)
			if _, err := f.ReadAt(got, 0); err != nil {
				return err
			}
			want := pattern(10)
			if i == 1 {
				want[2] ^= 1
			}
			if !bytes.Equal(got, want) {
				t.Errorf("read %d: %v, want %v", i+1, got, want)
			}
		}
		return nil
	})
	if r.Faults[fault.DiskFlip] != 1 {
		t.Errorf("%v", r.Faults)
	}
}

// TestSlowDiskHeals with the other faults, also when the plan of the run strikes instead of its profile.
func TestSlowDiskHeals(t *testing.T) {
	slow := func(cfg Config) (before, after time.Duration, r Result) {
		cfg.Record, cfg.MaxTime = true, time.Minute
		w := New(cfg)
		h := w.Host("a")
		sync := func(f api.File) (time.Duration, error) {
			began := h.Runtime().Now()
			err := f.Sync()
			return h.Runtime().Now().Sub(began), err
		}
		h.Boot(func(ctx context.Context) error {
			f, err := h.Files().Create("state")
			if err == nil {
				before, err = sync(f)
			}
			if err == nil {
				err = api.Sleep(ctx, h.Runtime(), 10*time.Second)
			}
			if err == nil {
				after, err = sync(f)
			}
			return err
		})
		return before, after, w.Run(nil)
	}
	cfg := Config{Seed: 3}
	cfg.Faults.DiskMean, cfg.Faults.Until = 50*time.Millisecond, 5*time.Second
	before, after, first := slow(cfg)
	if first.Err != nil || before == 0 || after != 0 {
		t.Errorf("a sync takes %v, and %v with all faults healed; %v", before, after, first.Err)
	}
	if _, _, again := slow(Config{Plan: first.Plan}); again.Hash != first.Hash {
		t.Errorf("the plan makes another run:\n%v", first.Plan)
	}
}

// TestPlansHeal: what a plan says has healed when it says so; what it does not say, when the profile does. No fault of a
// profile strikes after that, and the plan of the run makes it again.
func TestPlansHeal(t *testing.T) {
	for text, until := range map[string]time.Duration{
		"at 0s disk-slow a for 100s\n":                                         5 * time.Second,
		"at 0s disk-slow a for 100s\nheal at 5s within 60s\n":                  0,
		"profile hostile\nat 0s disk-slow a for 100s\nheal at 5s within 60s\n": 0,
	} {
		p, err := plan.Parse("test", "plan 1\n"+text)
		if err != nil {
			t.Fatal(err)
		}
		run := func(cfg Config) (r Result, took []time.Duration, strikes []bool) {
			cfg.Record, cfg.MaxTime = true, time.Minute
			w := New(cfg)
			h := w.Host("a")
			h.Boot(func(ctx context.Context) error {
				f, err := h.Files().Create("state")
				for err == nil && len(took) < 2 {
					sleepOn(h, 10*time.Millisecond)
					began := h.world.now
					err = f.Sync()
					took, strikes = append(took, time.Duration(h.world.now-began)), append(strikes, w.strikesNow())
					sleepOn(h, 10*time.Second)
				}
				return err
			})
			return w.Run(nil), took, strikes
		}
		r, took, strikes := run(Config{Seed: 1, Plan: &p, Faults: fault.Profile{Until: until}})
		if again, _, _ := run(Config{Plan: r.Plan}); again.Hash != r.Hash {
			t.Errorf("%q: its plan makes another run: %v", text, r.Plan)
		}
		if r.Err != nil || len(took) < 2 || took[0] < 10*time.Millisecond || took[1] > 0 || !strikes[0] || strikes[1] {
			t.Errorf("%q: syncs take %v, faults strike then %v; %v", text, took, strikes, r.Err)
		}
	}
}

// TestAPlanEndsTheRun: when it says how long the run may take after healing, that counts, unless the configuration is
// stricter.
func TestAPlanEndsTheRun(t *testing.T) {
	p, err := plan.Parse("test", "plan 1\nheal at 5s within 10s\n")
	if err != nil {
		t.Fatal(err)
	}
	for most, want := range map[time.Duration]time.Duration{0: 15 * time.Second, time.Hour: 15 * time.Second, 7 * time.Second: 7 * time.Second} {
		w := New(Config{Plan: &p, MaxTime: most})
		r := w.Run(func(context.Context) error {
			for {
				sleep(w, time.Second)
			}
		})
		if r.Verdict != Hung || r.Virtual < want-time.Second || r.Virtual > want {
			t.Errorf("at most %v: %v after %v", most, r.Verdict, r.Virtual)
		}
	}
}

// TestACrashGivesRoom: what a crash has lost of a file does not take room on the disk any more.
func TestACrashGivesRoom(t *testing.T) {
	p, err := plan.Parse("test", "plan 1\ndisk a room=100B\n")
	if err != nil {
		t.Fatal(err)
	}
	for seed := range uint64(10) {
		w := New(Config{Seed: seed, Plan: &p})
		h := w.Host("a")
		h.Boot(func(context.Context) error {
			f, err := h.Files().Create("x")
			for range 10 {
				if err == nil {
					_, err = f.Write(pattern(10))
				}
			}
			return err
		})
		r := w.Run(func(context.Context) error {
			for range 5 {
				sleep(w, time.Second)
				h.Crash()
				h.Restart()
			}
			return nil
		})
		if r.Err != nil || r.Verdict != Passed {
			t.Errorf("seed %d: %v %v", seed, r.Verdict, r.Err)
		}
	}
}
