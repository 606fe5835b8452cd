// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"
	"fmt"
	"maps"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/fault"
)

// patience is how long a trial waits for anything. It is a watchdog, not a bound that a property asserts: in virtual time
// it costs nothing.
const (
	realPatience    = 30 * time.Second
	virtualPatience = 10 * time.Minute
)

// trial is one run of one plan in one world. It is the TB of task code: what goes wrong is collected, and a task that
// cannot go on is ended. Safe for concurrent use, but for on, goOn, join, until and what is built on them, which belong
// to the body.
type trial struct {
	world World
	home  Host // where the body runs
	ctx   context.Context
	wake  api.Waiter // the body's

	serializer api.Serializer // the harness's

	mu       sync.Mutex // never held across a scheduling point
	faults   fault.Counts
	closing  []closing // what the trial made
	failures []string
	running  int
}

// taskEnd ends a task that failed. Only guard sees it.
type taskEnd struct{}

// errorf records that a promise was broken, and goes on.
func (t *trial) errorf(format string, args ...any) {
	t.mu.Lock()
	if len(t.failures) < 10 {
		t.failures = append(t.failures, fmt.Sprintf(format, args...))
	}
	t.mu.Unlock()
	t.wake.Wake()
}

// fatalf records that a promise was broken and ends the calling task. Handlers and callbacks belong to the
// implementation, and use errorf.
func (t *trial) fatalf(format string, args ...any) {
	t.errorf(format, args...)
	panic(taskEnd{})
}

// must is for errors that have nothing to do with the promise under test.
func (t *trial) must(err error, doing string) {
	if err != nil {
		t.fatalf("%s: %v", doing, err)
	}
}

// guard runs f as the root of a task.
func (t *trial) guard(f func()) {
	defer func() {
		p := recover()
		if _, ended := p.(taskEnd); !ended && p != nil {
			t.errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	f()
}

// record changes what tasks and body share, and lets the body look again. f makes no call of the seam.
func (t *trial) record(f func()) {
	t.mu.Lock()
	f()
	t.mu.Unlock()
	t.wake.Wake()
}

// count notes faults that the suite injected itself.
func (t *trial) count(kind fault.Kind) {
	t.record(func() { t.faults[kind]++ })
}

// goOn starts f as a task of h; join waits for it.
func (t *trial) goOn(h Host, name string, f func()) {
	t.record(func() { t.running++ })
	h.Runtime().Go(name, func() {
		defer t.record(func() { t.running-- })
		t.guard(f)
	})
}

// join waits until the tasks started with goOn have ended.
func (t *trial) join() {
	t.until("the tasks to end", func() bool { return t.running == 0 })
}

// on runs f as a task of h and waits for it.
func (t *trial) on(h Host, name string, f func()) {
	done := false
	h.Runtime().Go(name, func() {
		defer t.record(func() { done = true })
		t.guard(f)
	})
	t.until(name, func() bool { return done })
}

// until waits for cond, which makes no call of the seam and looks at what record changed. It ends the body when
// something failed meanwhile, or patience is used up.
func (t *trial) until(what string, cond func() bool) {
	for {
		t.mu.Lock()
		ok, failed := cond(), len(t.failures) > 0
		t.mu.Unlock()
		switch {
		case failed:
			panic(taskEnd{})
		case ok:
			return
		}
		if err := t.wake.Wait(t.ctx); err != nil {
			t.fatalf("waited in vain for %s: %v", what, err)
		}
	}
}

// sleep lets d pass on h, whose task calls it.
func (t *trial) sleep(h Host, d time.Duration) {
	if err := api.Sleep(t.ctx, h.Runtime(), d); err != nil {
		t.fatalf("sleep: %v", err)
	}
}

// outcome is how a case ended. No failures: it held.
type outcome struct {
	failures []string
	faults   fault.Counts
}

// try runs d in a fresh world of h.
func try(h Harness, d drawn) outcome {
	t := &trial{faults: fault.Counts{}, serializer: h.Serializer}
	patience := realPatience
	if h.can().has(VirtualTime) {
		patience = virtualPatience
	}
	fired, err := h.Run(d.at.Seed, d.at.profile(), func(w World) {
		t.world, t.home = w, w.Host("suite")
		rt := t.home.Runtime()
		t.wake = rt.NewWaiter()
		ctx, cancel := api.WithTimeout(w.Context(), rt, patience)
		t.ctx = ctx
		t.guard(func() { d.run(t); t.finish() })
		cancel()
		t.drain()
	})
	t.mu.Lock()
	defer t.mu.Unlock()
	t.faults.Add(fired)
	if err != nil {
		t.failures = append(t.failures, "the world failed: "+err.Error())
	}
	return outcome{failures: slices.Clone(t.failures), faults: maps.Clone(t.faults)}
}

// drain gives tasks that a failure left behind a moment to see that the trial is over.
func (t *trial) drain() {
	ctx, cancel := api.WithTimeout(t.world.Context(), t.home.Runtime(), time.Second)
	defer cancel()
	for {
		t.mu.Lock()
		running := t.running
		t.mu.Unlock()
		if running == 0 || t.wake.Wait(ctx) != nil {
			return
		}
	}
}

// closing stops something that the trial made, by a task of its host.
type closing struct {
	h    Host
	what string
	f    func() error
}

// atEnd has f run by finish.
func (t *trial) atEnd(h Host, what string, f func() error) {
	t.record(func() { t.closing = append(t.closing, closing{h, what, f}) })
}

// finish stops what the trial made, the newest first: that it stops is a promise too. What happened is then settled.
// Every trial ends with it; one that wants to look at the settled state calls it before.
func (t *trial) finish() {
	t.until("the checks", func() bool { return true })
	for {
		var c closing
		t.record(func() {
			if last := len(t.closing) - 1; last >= 0 {
				c, t.closing = t.closing[last], t.closing[:last]
			}
		})
		if c.f == nil {
			return
		}
		t.on(c.h, c.what, func() { t.must(c.f(), c.what) })
	}
}
