// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"fmt"
	"io"
	"os"
	"runtime"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
)

// heapInUse returns the bytes of the heap that are still held.
func heapInUse() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// What only tasks of a crashed host hold is freed while the run lasts.
func TestCrashFreesMemory(t *testing.T) {
	const lives, held = 20, 4 << 20
	w := New(Config{Faults: fault.Calm()})
	h := w.Host("a")
	h.Boot(func(ctx context.Context) error {
		env, err := h.NewRpcEnv(api.RpcEnvConfig{Bind: "a:7077"})
		if err != nil {
			return err
		}
		of := make([]byte, held)
		h.Runtime().Go("beside", func() {
			by := make([]byte, held)
			api.Sleep(ctx, h.Runtime(), time.Hour)
			runtime.KeepAlive(by)
		})
		h.Runtime().NewWaiter().Wait(ctx)
		runtime.KeepAlive(of)
		runtime.KeepAlive(env)
		return nil
	})
	var first, last uint64
	r := w.Run(func(context.Context) error {
		for life := range lives {
			sleep(w, time.Second)
			if last = heapInUse(); life == 0 {
				first = last
			}
			h.Crash()
			h.Restart()
		}
		sleep(w, time.Second)
		h.Crash()
		return nil
	})
	if r.Verdict != Passed || last > first+2*held {
		t.Errorf("%v %v: %d bytes held in the first life, %d in the last", r.Verdict, r.Err, first, last)
	}
}

// Deferred functions of others that a crash meets run when the result is sealed, and not before.
func TestCrashKeepsWhatOthersDefer(t *testing.T) {
	w := New(Config{})
	h := w.Host("a")
	deferred := 0
	h.Boot(func(ctx context.Context) error {
		if h.lives > 1 {
			return nil
		}
		for range 3 {
			h.Runtime().Go("waits", func() {
				defer func() { deferred++ }()
				api.Sleep(ctx, h.Runtime(), time.Hour)
			})
			h.Runtime().Go("waits too", func() { api.Sleep(ctx, h.Runtime(), time.Hour) })
		}
		return h.Runtime().NewWaiter().Wait(ctx)
	})
	during := -1
	r := w.Run(func(context.Context) error {
		sleep(w, time.Second)
		h.Crash()
		h.Restart()
		sleep(w, time.Second)
		during = deferred
		return nil
	})
	if r.Verdict != Passed || during != 0 || deferred != 3 {
		t.Errorf("%v %v: %d deferred functions ran before the end, %d in all", r.Verdict, r.Err, during, deferred)
	}
}

// blockEverywhere starts tasks of the host that wait in every way there is, half of them with deferred functions that
// wait again, and returns how many.
func blockEverywhere(ctx context.Context, h *Host) int {
	rt := h.Runtime()
	l, _ := h.Network().Listen(ctx, h.name+":1")
	locked := rt.NewMutex()
	locked.Lock()
	ways := []func(){
		func() { rt.NewWaiter().Wait(ctx) },
		func() { api.Sleep(ctx, rt, time.Hour) },
		func() { locked.Lock() },
		func() { h.Network().Dial(ctx, "nobody:1") },
		func() {
			for {
				if _, err := l.Accept(); err != nil {
					return
				}
			}
		},
		func() {
			if c, err := h.Network().Dial(ctx, h.name+":1"); err == nil {
				io.Copy(io.Discard, c)
			}
		},
		func() { ignoreEverything(ctx, rt) },
	}
	if h.name == "host-0" { // it is slow
		ways = append(ways, func() {
			if c, err := h.Network().Dial(ctx, h.name+":1"); err == nil {
				c.Write(make([]byte, window+1))
			}
		})
	}
	for _, wait := range ways {
		rt.Go("blocked", wait)
		rt.Go("blocked and cleaning up", func() {
			defer rt.NewWaiter().Wait(ctx)
			wait()
		})
	}
	return 2 * len(ways)
}

// ignoreEverything goes on after a panic, too.
func ignoreEverything(ctx context.Context, rt api.Runtime) {
	for {
		func() {
			defer func() { _ = recover() }()
			rt.NewWaiter().Wait(ctx)
		}()
	}
}

// Crashed tasks leave no goroutine and no memory behind, however many there are: CRASHED_TASKS says how many, a million
// in a night.
func TestCrashedTasksLeaveNothing(t *testing.T) {
	want := 20_000
	if s := os.Getenv("CRASHED_TASKS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		want = n
	}
	goroutines, heap := 0, uint64(0)
	var crashed atomic.Int64
	worlds := uint64(0)
	for ; crashed.Load() < int64(want); worlds++ {
		w := New(Config{Seed: worlds, Trace: -1})
		w.Host("nobody")
		for i := range 4 {
			h := w.Host(fmt.Sprint("host-", i))
			h.Boot(func(ctx context.Context) error {
				if err := api.Sleep(ctx, h.Runtime(), time.Millisecond); err != nil {
					return err
				}
				crashed.Add(int64(blockEverywhere(ctx, h)))
				return nil
			})
		}
		r := w.Run(func(context.Context) error {
			w.Isolate(w.Host("nobody"))
			for range 3 {
				sleep(w, time.Second)
				for _, h := range w.order[1:] {
					h.Crash()
					h.Restart()
				}
			}
			return nil
		})
		if r.Verdict != Passed {
			t.Fatalf("world %d: %v %v", worlds, r.Verdict, r.Err)
		}
		if worlds == 20 {
			goroutines, heap = runtime.NumGoroutine(), heapInUse()
		}
	}
	// a goroutine that ended may not be gone yet
	for deadline := time.Now().Add(10 * time.Second); runtime.NumGoroutine() > goroutines && time.Now().Before(deadline); {
		runtime.Gosched()
	}
	if n := runtime.NumGoroutine(); n > goroutines {
		t.Errorf("%d goroutines after 20 worlds, %d after %d worlds with %d crashed tasks", goroutines, n, worlds, crashed.Load())
	}
	if now := heapInUse(); now > heap+1<<20 {
		t.Errorf("%d bytes held after 20 worlds, %d after %d worlds with %d crashed tasks", heap, now, worlds, crashed.Load())
	}
}
