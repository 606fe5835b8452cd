// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
)

// Points of which nothing can come are counted together, those of a run whose calls are looked at one by one: both come to
// the same, also for tasks that returned or crashed.
func TestPointsAreCountedTogether(t *testing.T) {
	run := func(seed uint64, probe func(SeamCall) bool) Result {
		w := New(Config{Seed: seed, Probe: probe, Faults: fault.LAN()})
		a, b := w.Host("a"), w.Host("b")
		b.Boot(func(ctx context.Context) error { return lockForEver(ctx, b) })
		a.Boot(func(ctx context.Context) error {
			if err := lockBeside(ctx, a); err != nil {
				return err
			}
			before := w.pointsSoFar()
			b.Crash()
			if err := lockBeside(ctx, a); err != nil {
				return err
			}
			if now := w.pointsSoFar(); now < before+600 {
				t.Errorf("seed %d: %d points before a crash, %d after 600 more", seed, before, now)
			}
			return nil
		})
		return w.Run(nil)
	}
	for seed := range uint64(100) {
		together, each := run(seed, nil), run(seed, func(SeamCall) bool { return true })
		if together.Verdict != Passed || together.Hash != each.Hash || together.Points != each.Points {
			t.Errorf("seed %d: %v: %v, hash %x, %d points; each looked at: %v, hash %x, %d points",
				seed, together.Verdict, together.Err, together.Hash, together.Points, each.Verdict, each.Hash, each.Points)
		}
	}
}

// lockBeside has three tasks lock, wait, yield and return.
func lockBeside(ctx context.Context, h *Host) error {
	rt := h.Runtime()
	m, g, locked := rt.NewMutex(), api.NewGroup(rt), 0
	for i := range 3 {
		g.Go("lock", func() error {
			for range 200 {
				m.Lock()
				locked++
				m.Unlock()
			}
			rt.Yield()
			return api.Sleep(ctx, rt, time.Duration(i)*time.Millisecond)
		})
	}
	return g.Wait(ctx)
}

// lockForEver locks until the host crashes.
func lockForEver(ctx context.Context, h *Host) error {
	m, locked := h.Runtime().NewMutex(), 0
	for {
		for range 10 {
			m.Lock()
			locked++
			m.Unlock()
		}
		if err := api.Sleep(ctx, h.Runtime(), time.Microsecond); err != nil {
			return err
		}
	}
}

// Who waits in line for a mutex gets it, whoever comes between.
func TestLineForMutexMovesOn(t *testing.T) {
	for seed := range uint64(200) {
		onHost(t, Config{Seed: seed}, func(ctx context.Context, h *Host) error {
			rt := h.Runtime()
			for _, m := range []api.Mutex{rt.NewMutex(), stackRuntime{h.runtime}.NewMutex()} {
				g := api.NewGroup(rt)
				for range 6 {
					g.Go("lock", func() error {
						for range 20 {
							m.Lock()
							rt.Yield()
							m.Unlock()
						}
						return nil
					})
				}
				if err := g.Wait(ctx); err != nil {
					return err
				}
			}
			return nil
		})
	}
}
