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
	"github.com/twinwire/twinwire/internal/fault"
)

// TestSpinTakesTime: what a task waits for that does nothing but yield, and perhaps look under a lock, comes although all time is
// that of others, and the task is told from one that waits.
func TestSpinTakesTime(t *testing.T) {
	for _, strategy := range []StrategyKind{ByHash, Fifo, PCT} {
		for _, locked := range []bool{false, true} {
			w := New(Config{Seed: 1, Faults: fault.Calm(), Strategy: Strategy{Kind: strategy}})
			a, b := w.Host("a"), w.Host("b")
			var there atomic.Bool
			b.Boot(func(ctx context.Context) error {
				err := api.Sleep(ctx, b.Runtime(), time.Second)
				there.Store(true)
				return err
			})
			a.Boot(func(context.Context) error {
				mu := a.Runtime().NewMutex()
				for n := 0; !there.Load(); n++ {
					if n > 2*spinBound {
						return fmt.Errorf("%d yields in %v", n, w.Elapsed())
					}
					if locked {
						mu.Lock()
						mu.Unlock() //nolint:staticcheck // it looks at nothing here
					}
					a.Runtime().Yield()
				}
				return nil
			})
			if r := w.Run(nil); r.Verdict != Passed {
				t.Errorf("%v, locked %v: %v %v", strategy, locked, r.Verdict, r.Err)
			}
		}
	}
}

// TestSpinForEver: a task that yields for ever is told when the run is over.
func TestSpinForEver(t *testing.T) {
	w := New(Config{MaxTime: 10 * time.Second})
	h := w.Host("a")
	h.Boot(func(context.Context) error {
		for {
			h.Runtime().Yield()
		}
	})
	r := w.Run(nil)
	if r.Verdict != Hung || len(r.Pending) != 1 || !strings.HasPrefix(r.Pending[0].Waiting, "Yield, time and again at spin_test.go:") {
		t.Errorf("%v %v: %v", r.Verdict, r.Err, r.Pending)
	}
}

// TestNoSpin: one who does something now and then does not spin, however often it yields.
func TestNoSpin(t *testing.T) {
	for what, does := range map[string]func(h *Host){
		"waits": func(h *Host) { sleep(h.world, time.Nanosecond) },
		"locks": func(h *Host) {
			for range 3 {
				mu := h.Runtime().NewMutex()
				mu.Lock()
				mu.Unlock() //nolint:staticcheck // there is nothing to look at
			}
		},
	} {
		w := New(Config{Seed: 1, Faults: fault.Calm()})
		h := w.Host("a")
		h.Boot(func(context.Context) error {
			for range 3 {
				for range spinBound / 2 {
					h.Runtime().Yield()
				}
				does(h)
			}
			return nil
		})
		if r := w.Run(nil); r.Verdict != Passed || r.Virtual > time.Second {
			t.Errorf("%s: %v after %v: %v", what, r.Verdict, r.Virtual, r.Err)
		}
	}
}
