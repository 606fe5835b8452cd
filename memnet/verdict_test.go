// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
)

func TestHungRunListsWhoWaits(t *testing.T) {
	w := New(Config{Faults: fault.Calm()})
	b := w.Host("b")
	b.Boot(func(ctx context.Context) error { return serveEcho(b, ":7") })
	a := w.Host("a")
	a.Boot(func(ctx context.Context) error {
		c, err := a.Network().Dial(ctx, "b:7")
		if err != nil {
			return err
		}
		_, err = c.Read(make([]byte, 1))
		return err
	})
	r := w.Run(func(ctx context.Context) error { return w.Runtime().NewWaiter().Wait(ctx) })
	got := fmt.Sprint(r.Verdict, r.Err)
	for _, p := range r.Pending {
		got += fmt.Sprintf("\n%s %s: %s", p.Host, p.Name, p.Waiting)
	}
	for _, want := range []string{"hung", "nothing can happen", "root main: Wait", "b accept: Accept b:7", "b echo: Read b:7 <-> a:32768", "a boot: Read a:32768 <-> b:7"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
}

func TestLimits(t *testing.T) {
	forever := func(w *World) func(context.Context) error {
		return func(ctx context.Context) error {
			for {
				if err := api.Sleep(ctx, w.Runtime(), time.Second); err != nil {
					return err
				}
			}
		}
	}
	w := New(Config{MaxTime: time.Minute})
	if r := w.Run(forever(w)); r.Verdict != Hung || !strings.Contains(r.Err.Error(), "MaxTime") || r.Virtual > time.Minute {
		t.Errorf("%v %v after %v", r.Verdict, r.Err, r.Virtual)
	}
	w = New(Config{MaxSteps: 100})
	if r := w.Run(forever(w)); r.Verdict != Hung || !strings.Contains(r.Err.Error(), "MaxSteps") {
		t.Errorf("%v %v", r.Verdict, r.Err)
	}
}

func deepPanic() { panic(io.ErrNoProgress) }

func TestPanicReportsTheTask(t *testing.T) {
	w := New(Config{})
	h := w.Host("a")
	after := false
	h.Boot(func(ctx context.Context) error {
		h.Runtime().Go("bad", func() {
			api.Sleep(ctx, h.Runtime(), time.Second)
			h.Runtime().AfterFunc(0, func() { after = true })
			deepPanic()
		})
		return api.Sleep(ctx, h.Runtime(), time.Minute)
	})
	r := w.Run(nil)
	var p *PanicError
	if r.Verdict != Panicked || !errors.As(r.Err, &p) || !errors.Is(r.Err, io.ErrNoProgress) {
		t.Fatalf("%v %v", r.Verdict, r.Err)
	}
	if p.Host != "a" || p.Task != "bad" || p.At < time.Second || !strings.Contains(p.Stack, "deepPanic") || after {
		t.Errorf("%+v, went on: %v", p, after)
	}
}

func TestCheckEndsTheRun(t *testing.T) {
	n := 0
	w := New(Config{Check: func() error {
		if n > 3 {
			return fmt.Errorf("n is %d", n)
		}
		return nil
	}})
	r := w.Run(func(ctx context.Context) error {
		for {
			n++
			sleep(w, time.Second)
		}
	})
	if r.Verdict != Failed || !strings.Contains(r.Err.Error(), "n is 4") {
		t.Errorf("%v %v", r.Verdict, r.Err)
	}
	r = New(Config{Check: func() error { panic("bad check") }}).Run(func(context.Context) error { return nil })
	if r.Verdict != Panicked || r.Err.Error() != "panic in Config.Check at 0s: bad check" {
		t.Errorf("%v %v", r.Verdict, r.Err)
	}
}

// t.Fatal in a task ends the goroutine that called Run, and the tasks that are left end too.
func TestGoexitEndsTheCaller(t *testing.T) {
	returned, ended := false, 0
	var wg sync.WaitGroup
	wg.Go(func() {
		w := New(Config{})
		h := w.Host("a")
		h.Boot(func(ctx context.Context) error {
			h.Runtime().Go("other", func() {
				defer func() { ended++ }()
				h.Runtime().NewWaiter().Wait(ctx)
			})
			sleep(w, time.Second)
			runtime.Goexit()
			return nil
		})
		w.Run(nil)
		returned = true
	})
	wg.Wait()
	if returned || ended != 1 {
		t.Errorf("Run returned: %v; tasks ended: %d", returned, ended)
	}
}

// With Config.Contain the run fails instead, and the error knows the task and where it was.
func TestGoexitIsContained(t *testing.T) {
	w := New(Config{Contain: true})
	h := w.Host("a")
	h.Boot(func(context.Context) error {
		sleep(w, time.Second)
		exitHere()
		return nil
	})
	r := w.Run(nil)
	exit, ok := errors.AsType[*ExitError](r.Err)
	if r.Verdict != Failed || !ok || exit.Host != "a" || exit.Task != "boot" || exit.At != time.Second || !strings.Contains(exit.Stack, "exitHere") {
		t.Errorf("%v: %+v", r.Verdict, exit)
	}
	check := func() error { exitHere(); return nil }
	for name, cfg := range map[string]Config{"Config.Check": {Contain: true, Check: check}, "Config.CheckEnd": {Contain: true, CheckEnd: check}} {
		r := New(cfg).Run(func(context.Context) error { return nil })
		exit, ok := errors.AsType[*ExitError](r.Err)
		if r.Verdict != Failed || !ok || exit.Host != "" || !strings.Contains(exit.Stack, "exitHere") || exit.Error() != name+" ended its goroutine at 0s, as t.FailNow does" {
			t.Errorf("%s: %v: %v", name, r.Verdict, r.Err)
		}
	}
}

//go:noinline
func exitHere() { runtime.Goexit() }

// The tasks that are left run their deferred functions, and cannot go on in them.
func TestTasksThatAreLeftEnd(t *testing.T) {
	var story []string
	w := New(Config{Faults: fault.Calm()})
	h := w.Host("a")
	r := w.Run(func(ctx context.Context) error {
		rt := h.Runtime()
		m := rt.NewMutex()
		l, err := h.Network().Listen(ctx, ":7")
		if err != nil {
			return err
		}
		rt.Go("loop", func() {
			defer func() { story = append(story, "ended") }()
			defer func() {
				m.Unlock()
				l.Close()
				rt.Now()
				story = append(story, "unlocked")
				for range 3 {
					func() {
						defer func() { recover() }()
						m.Lock()
					}()
				}
				story = append(story, "locked")
			}()
			m.Lock()
			for {
				func() {
					defer func() { recover() }()
					l.Accept()
				}()
			}
		})
		sleep(w, time.Second)
		return nil
	})
	if got := fmt.Sprint(story); r.Verdict != Passed || got != "[unlocked ended]" {
		t.Errorf("%v %v: %s", r.Verdict, r.Err, got)
	}
}

func TestNoGoroutineIsLeftBehind(t *testing.T) {
	before := runtime.NumGoroutine()
	for seed := range uint64(1000) {
		w := echoWorld(Config{Seed: seed, Faults: fault.Hostile(), MaxSteps: seed}, 2, 5)
		w.Run(nil)
	}
	for start := time.Now(); time.Since(start) < 10*time.Second; runtime.Gosched() {
		if runtime.NumGoroutine() <= before {
			return
		}
	}
	t.Errorf("%d goroutines before, %d after:\n%s", before, runtime.NumGoroutine(), allStacks())
}

func TestLoggerLinesAreEvents(t *testing.T) {
	w := New(Config{})
	h := w.Host("a")
	r := w.Run(func(ctx context.Context) error {
		sleep(w, time.Second)
		h.Logger().With(slog.Int("n", 7)).WithGroup("g").Debug("hello there", "k", "v")
		return nil
	})
	for _, e := range r.Last {
		if e.Kind == "log" && e.Host == "a" && e.At >= time.Second && e.Text == `level=DEBUG msg="hello there" n=7 g.k=v` {
			return
		}
	}
	t.Errorf("events: %v", r.Last)
}

func TestTraceKeepsTheLastEvents(t *testing.T) {
	w := New(Config{Trace: 3})
	r := w.Run(func(ctx context.Context) error {
		for i := range 10 {
			w.Host("a").Logger().Info(fmt.Sprint(i))
		}
		return nil
	})
	if got := fmt.Sprintf("%d: %s, %s", len(r.Last), r.Last[0].Text, r.Last[2].Text); got != "3: level=INFO msg=7, level=INFO msg=9" {
		t.Error(got)
	}
}
