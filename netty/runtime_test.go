// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/twinwire/twinwire/api"
)

func TestWaiterKeepsOnePermit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := NewRuntime().NewWaiter()
		w.Wake()
		w.Wake()
		if err := w.Wait(t.Context()); err != nil {
			t.Fatalf("Wait with a permit: %v", err)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := w.Wait(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Fatalf("Wait after the permit was taken: %v, want %v", err, context.DeadlineExceeded)
		}
	})
}

func TestWaiterWithoutContext(t *testing.T) {
	rt := NewRuntime()
	for _, ctx := range []context.Context{nil, context.Background()} { //nolint:usetesting // one that never ends
		w := rt.NewWaiter()
		rt.Go("wake", w.Wake)
		if err := w.Wait(ctx); err != nil {
			t.Errorf("Wait(%v) = %v", ctx, err)
		}
	}
}

func TestWaiterEndsWithApiContext(t *testing.T) {
	rt := NewRuntime()
	ctx, cancel := api.WithCancel(t.Context(), rt)
	rt.Go("cancel", cancel)
	if err := rt.NewWaiter().Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Fatalf("Wait = %v, want %v", err, context.Canceled)
	}
}

func TestAfterFuncTimer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		rt := NewRuntime()
		start := rt.Now()
		var at []time.Duration
		timer := rt.AfterFunc(time.Minute, func() { at = append(at, rt.Now().Sub(start)) })
		if !timer.Reset(time.Hour) {
			t.Error("Reset of a pending timer: false")
		}
		time.Sleep(2 * time.Hour) //nolint:forbidigo // the clock of the bubble
		synctest.Wait()
		if len(at) != 1 || at[0] != time.Hour {
			t.Errorf("fired at %v, want once at 1h", at)
		}
		if timer.Stop() {
			t.Error("Stop of a timer that fired: true")
		}
	})
}

func TestMutexExcludes(t *testing.T) {
	rt := NewRuntime()
	mu := rt.NewMutex()
	n := 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Add(1)
		rt.Go("add", func() {
			defer wg.Done()
			for range 1000 {
				mu.Lock()
				n++
				mu.Unlock()
				rt.Yield()
			}
		})
	}
	wg.Wait()
	if n != 8000 {
		t.Errorf("%d additions, want 8000", n)
	}
}

// The race detector is the judge: a rand.Rand over a PCG fails here.
func TestRandIsConcurrent(t *testing.T) {
	rt := NewRuntime()
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 1000 {
				if v := rt.Rand().Int64N(3); v < 0 || v > 2 {
					t.Errorf("Int64N(3) = %d", v)
				}
			}
		})
	}
	wg.Wait()
}

func TestEntropyDiffers(t *testing.T) {
	rt := NewRuntime()
	var a, b [32]byte
	for _, p := range [][]byte{a[:], b[:]} {
		if _, err := io.ReadFull(rt.Entropy(), p); err != nil {
			t.Fatal(err)
		}
	}
	if a == b {
		t.Error("two draws of 32 bytes are equal")
	}
}
