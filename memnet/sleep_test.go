// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
)

// A task sleeps as long as it says by its own clock, however wrong that is, and no sleep disturbs the next.
func TestSleepLastsAsLongAsItSays(t *testing.T) {
	for seed := range uint64(20) {
		w := New(Config{Seed: seed, Faults: fault.Profile{Name: "drift", DriftPPM: 200_000}})
		h := w.Host("a")
		h.Boot(func(ctx context.Context) error {
			rt := h.Runtime()
			for d := time.Millisecond; d < 10*time.Minute; d *= 7 {
				soon, cancel := api.WithTimeout(ctx, rt, d/2)
				before := rt.Now()
				if err := api.Sleep(soon, rt, d); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("seed %d: sleep of %v with half the time: %v", seed, d, err)
				}
				if got := rt.Now().Sub(before); got >= d && d > 10*time.Millisecond {
					t.Errorf("seed %d: sleep of %v with half the time took %v", seed, d, got)
				}
				cancel()
				before = rt.Now()
				if err := api.Sleep(ctx, rt, d); err != nil {
					return err
				}
				if got := rt.Now().Sub(before); got < d || got > d+d/100+time.Millisecond {
					t.Errorf("seed %d: sleep of %v took %v", seed, d, got)
				}
			}
			return nil
		})
		if r := w.Run(nil); r.Verdict != Passed {
			t.Error(r.Verdict, r.Err)
		}
	}
}

// Who sleeps by the clock of a host that crashes sleeps on, until the context ends.
func TestSleepByTheClockOfACrashedHost(t *testing.T) {
	w := New(Config{})
	h := w.Host("a")
	r := w.Run(func(ctx context.Context) error {
		ctx, cancel := api.WithTimeout(ctx, w.Runtime(), time.Minute)
		defer cancel()
		w.Runtime().AfterFunc(time.Millisecond, h.Crash)
		if err := api.Sleep(ctx, h.Runtime(), time.Second); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("slept: %v", err)
		}
		return nil
	})
	if r.Verdict != Passed {
		t.Error(r.Verdict, r.Err)
	}
}
