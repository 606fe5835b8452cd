// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
	"github.com/twinwire/twinwire/internal/transport"
)

// panicText returns what f panics with.
func panicText(f func()) (text string) {
	defer func() { text = fmt.Sprint(recover()) }()
	f()
	return ""
}

func TestCallsFromOutsideAreRefused(t *testing.T) {
	w := New(Config{})
	h := w.Host("a")
	if s := panicText(func() { h.Runtime().Now() }); !strings.Contains(s, `Runtime.Now of host "a" before World.Run`) {
		t.Error(s)
	}
	var c context.Context
	w.Run(func(ctx context.Context) error { c, _ = api.WithCancel(ctx, w.Runtime()); return nil })
	if h.Runtime().Now() != w.epoch || c.Err() != nil {
		t.Error("what is left cannot be looked at after the run")
	}
	if s := panicText(func() { h.Runtime().Go("x", func() {}) }); !strings.Contains(s, `Runtime.Go of host "a" after the run ended`) {
		t.Error(s)
	}
	w = New(Config{Check: func() error { w.Host("b").Runtime().Now(); return nil }})
	if r := w.Run(func(context.Context) error { return nil }); r.Verdict != Panicked || !strings.Contains(r.Err.Error(), `last to run is "main" of host "root"`) {
		t.Error(r.Err)
	}
}

// With Verify a goroutine started with the go statement is found even while a task runs.
func TestVerifyFindsStrayGoroutines(t *testing.T) {
	w := New(Config{Verify: true})
	h := w.Host("a")
	text := ""
	r := w.Run(func(ctx context.Context) error {
		sleep(w, time.Second)
		var wg sync.WaitGroup
		wg.Go(func() { text = panicText(func() { h.Runtime().Go("x", func() {}) }) })
		wg.Wait()
		return nil
	})
	if r.Verdict != Passed || !strings.Contains(text, "instead of the go statement") {
		t.Errorf("%v %v: %s", r.Verdict, r.Err, text)
	}
}

func TestForeignDeadlineIsRefused(t *testing.T) {
	w := New(Config{})
	h := w.Host("a")
	r := w.Run(func(ctx context.Context) error {
		foreign, cancel := context.WithTimeout(ctx, time.Hour)
		defer cancel()
		for what, err := range map[string]error{
			"Wait":  h.Runtime().NewWaiter().Wait(foreign),
			"Sleep": api.Sleep(foreign, h.Runtime(), time.Second),
			"Dial":  func() error { _, err := h.Network().Dial(foreign, "a:1"); return err }(),
		} {
			if !errors.Is(err, api.ErrForeignDeadline) {
				t.Errorf("%s: %v", what, err)
			}
		}
		return nil
	})
	if r.Verdict != Passed {
		t.Error(r.Verdict, r.Err)
	}
}

type contextKey struct{}

// A wait ends with its context, whoever made the context.
func TestWaitEndsWithItsContext(t *testing.T) {
	kinds := map[string]func(ctx context.Context, rt api.Runtime) (context.Context, context.CancelFunc){
		"api": api.WithCancel,
		"std": func(ctx context.Context, _ api.Runtime) (context.Context, context.CancelFunc) {
			return context.WithCancel(ctx)
		},
		"std of the test": func(_ context.Context, _ api.Runtime) (context.Context, context.CancelFunc) {
			return context.WithCancel(t.Context())
		},
		"value of api": func(ctx context.Context, rt api.Runtime) (context.Context, context.CancelFunc) {
			c, cancel := api.WithCancel(ctx, rt)
			return context.WithValue(c, contextKey{}, 1), cancel
		},
		"std of api": func(ctx context.Context, rt api.Runtime) (context.Context, context.CancelFunc) {
			c, cancel := api.WithCancel(ctx, rt)
			c, stop := context.WithCancel(c)
			return c, func() { cancel(); stop() }
		},
		"api of std": func(ctx context.Context, rt api.Runtime) (context.Context, context.CancelFunc) {
			c, cancel := context.WithCancel(ctx)
			c, stop := api.WithCancel(c, rt)
			return c, func() { cancel(); stop() }
		},
	}
	for name, with := range kinds {
		for seed := range uint64(30) {
			w := New(Config{Seed: seed})
			h := w.Host("a")
			h.Boot(func(ctx context.Context) error {
				rt := h.Runtime()
				c, cancel := with(ctx, rt)
				rt.AfterFunc(time.Second, func() { cancel() })
				rt.AfterFunc(time.Minute, func() {}) // the world has something else to do
				start := rt.Now()
				err := rt.NewWaiter().Wait(c)
				for err == nil {
					err = rt.NewWaiter().Wait(c)
				}
				if d := rt.Now().Sub(start); !errors.Is(err, context.Canceled) || d < time.Second || d > 1100*time.Millisecond {
					t.Errorf("%s, seed %d: %v after %v", name, seed, err, d)
				}
				return nil
			})
			if r := w.Run(nil); r.Verdict != Passed {
				t.Fatalf("%s, seed %d: %v %v", name, seed, r.Err, r.Pending)
			}
		}
	}
}

// A context that main cancels ends the waits of other hosts' tasks.
func TestMainCancelsForAllHosts(t *testing.T) {
	w := New(Config{})
	outer, cancel := context.WithCancel(t.Context())
	h := w.Host("a")
	h.Boot(func(context.Context) error {
		start := h.Runtime().Now()
		err := h.Runtime().NewWaiter().Wait(outer)
		if d := h.Runtime().Now().Sub(start); !errors.Is(err, context.Canceled) || d > 1100*time.Millisecond {
			t.Errorf("wait: %v after %v", err, d)
		}
		return nil
	})
	r := w.Run(func(context.Context) error {
		sleep(w, time.Second)
		cancel()
		sleep(w, time.Second)
		return nil
	})
	if r.Verdict != Passed {
		t.Error(r.Verdict, r.Err)
	}
}

func TestPermitIsSticky(t *testing.T) {
	onHost(t, Config{}, func(ctx context.Context, h *Host) error {
		w := h.Runtime().NewWaiter()
		w.Wake()
		w.Wake()
		w.Wait(ctx)
		c, cancel := api.WithTimeout(ctx, h.Runtime(), time.Second)
		defer cancel()
		if err := w.Wait(c); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("second wait: %v", err)
		}
		return nil
	})
}

// When the context has ended and the permit is there, either may win.
func TestPermitOrContextIsDrawn(t *testing.T) {
	won := map[bool]int{}
	for seed := range uint64(100) {
		onHost(t, Config{Seed: seed}, func(ctx context.Context, h *Host) error {
			c, cancel := context.WithCancel(ctx)
			w := h.Runtime().NewWaiter()
			w.Wake()
			cancel()
			won[w.Wait(c) == nil]++
			return nil
		})
	}
	if won[true] < 20 || won[false] < 20 {
		t.Errorf("permit or context: %v", won)
	}
}

func TestRandIsSeeded(t *testing.T) {
	draw := func(seed uint64) (s string) {
		onHost(t, Config{Seed: seed}, func(ctx context.Context, h *Host) error {
			b := make([]byte, 11)
			io.ReadFull(h.Runtime().Entropy(), b)
			s = fmt.Sprintf("%d %d %x", h.Runtime().Rand().Int64N(3), h.Runtime().Rand().Uint64(), b)
			return nil
		})
		return s
	}
	if first, again, other := draw(1), draw(1), draw(2); first != again || first == other {
		t.Error(first, again, other)
	}
}

func TestStallInCheck(t *testing.T) {
	block := make(chan struct{})
	w := New(Config{Stall: 20 * time.Millisecond, Check: func() error { <-block; return nil }})
	r := w.Run(func(context.Context) error { sleep(w, time.Second); return nil })
	if r.Verdict != Stalled || !strings.HasPrefix(r.Err.Error(), "Config.Check at ") {
		t.Errorf("%v %v", r.Verdict, r.Err)
	}
	close(block)
	<-w.done
}

// A deferred function that blocks for real while the tasks are ended costs patience, not the result.
func TestBlockedDeferDoesNotHoldTheResult(t *testing.T) {
	block := make(chan struct{})
	ended := make(chan struct{})
	w := New(Config{Stall: 20 * time.Millisecond})
	r := w.Run(func(ctx context.Context) error {
		w.Runtime().Go("stuck", func() {
			defer func() { <-block; close(ended) }()
			w.Runtime().NewWaiter().Wait(ctx)
		})
		sleep(w, time.Second)
		return nil
	})
	if r.Verdict != Passed {
		t.Errorf("%v %v", r.Verdict, r.Err)
	}
	close(block)
	<-ended
}

func TestComputationIsNoStall(t *testing.T) {
	onHost(t, Config{Stall: time.Millisecond}, func(ctx context.Context, h *Host) error {
		for start := time.Now(); time.Since(start) < 30*time.Millisecond; {
			runtime.Gosched()
		}
		return nil
	})
}

// A task of the stack must not wait with a lock of the stack held.
func TestWaitWithInternalLock(t *testing.T) {
	w := New(Config{})
	r := w.Run(func(ctx context.Context) error {
		stackRuntime{w.root.runtime}.NewMutex().Lock()
		return w.Runtime().NewWaiter().Wait(ctx)
	})
	if r.Verdict != Panicked || !strings.Contains(r.Err.Error(), "calls Wait while it holds a lock of github.com/twinwire/twinwire/internal") {
		t.Errorf("%v %v", r.Verdict, r.Err)
	}
}

// Locks that code in internal/ makes are known as such, those of others are not.
func TestInternalLocksAreKnown(t *testing.T) {
	w := New(Config{Faults: fault.Calm()})
	h := w.Host("a")
	r := w.Run(func(ctx context.Context) error {
		env, err := h.NewRpcEnv(api.RpcEnvConfig{Bind: "a:7077"})
		if err != nil {
			return err
		}
		for _, rt := range []api.Runtime{h.Runtime(), env.Runtime()} {
			if _, inside := rt.NewMutex().(*stackMutex); inside {
				t.Error("a lock of a test is taken for one of internal/")
			}
		}
		if _, inside := (stackRuntime{h.runtime}).NewMutex().(*stackMutex); !inside {
			t.Error("a lock of an env is not taken for one of internal/")
		}
		transport.NewClientFactory(h.Runtime(), h.Network(), transport.Config{}, nil)
		return env.Shutdown(ctx)
	})
	inside := 0
	for _, known := range w.locks.known.slots {
		if known.value == lockInside {
			inside++
		}
	}
	if r.Verdict != Passed || inside == 0 {
		t.Errorf("%v %v, %d places in internal/", r.Verdict, r.Err, inside)
	}
}

func TestTwoWaitersAndReentrantLock(t *testing.T) {
	w := New(Config{})
	r := w.Run(func(ctx context.Context) error {
		m := w.Runtime().NewMutex()
		m.Lock()
		m.Lock()
		return nil
	})
	if r.Verdict != Panicked || !strings.Contains(r.Err.Error(), "holds already") {
		t.Errorf("%v %v", r.Verdict, r.Err)
	}
}
