// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"context"
	"errors"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/memnet"
	"github.com/twinwire/twinwire/netty"
)

// inWorlds runs body as a task on the machine and in a simulation.
func inWorlds(t *testing.T, body func(t *testing.T, ctx context.Context, rt api.Runtime)) {
	t.Run("netty", func(t *testing.T) { body(t, t.Context(), netty.NewRuntime()) })
	t.Run("memnet", func(t *testing.T) {
		w := memnet.New(memnet.Config{Seed: 1})
		w.Host("a").Boot(func(ctx context.Context) error {
			body(t, ctx, w.Host("a").Runtime())
			return nil
		})
		if r := w.Run(nil); r.Verdict != memnet.Passed {
			t.Errorf("%v: %v, pending %v", r.Verdict, r.Err, r.Pending)
		}
	})
}

func TestCancelReachesWaiters(t *testing.T) {
	inWorlds(t, func(t *testing.T, ctx context.Context, rt api.Runtime) {
		parent, cancel := api.WithCancel(ctx, rt)
		child, cancelChild := api.WithTimeout(context.WithValue(parent, key{}, 1), rt, time.Hour)
		defer cancelChild()
		rt.Go("cancel", cancel)
		if err := rt.NewWaiter().Wait(child); !errors.Is(err, context.Canceled) {
			t.Error("wait:", err)
		}
		if child.Err() == nil || parent.Err() == nil || child.Value(key{}) != 1 {
			t.Error("child", child.Err(), "parent", parent.Err())
		}
		<-child.Done()
	})
}

type key struct{}

func TestTimeoutIsInTheRuntimesTime(t *testing.T) {
	inWorlds(t, func(t *testing.T, ctx context.Context, rt api.Runtime) {
		start := rt.Now()
		outer, cancel := api.WithTimeout(ctx, rt, 20*time.Millisecond)
		defer cancel()
		inner, cancelInner := api.WithTimeout(outer, rt, time.Hour)
		defer cancelInner()
		if at, ok := inner.Deadline(); !ok || at.Sub(start) < 20*time.Millisecond || at.Sub(start) > time.Minute {
			t.Error("deadline", at.Sub(start), ok)
		}
		if err := api.Sleep(inner, rt, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
			t.Error("sleep:", err)
		}
		if d := rt.Now().Sub(start); d < 20*time.Millisecond {
			t.Error("ended after", d)
		}
	})
}

// TestEndsBeforeItFollows: a child that ends while it is being made leaves nothing at its parent.
func TestEndsBeforeItFollows(t *testing.T) {
	inWorlds(t, func(t *testing.T, ctx context.Context, rt api.Runtime) {
		ours, cancelOurs := api.WithCancel(ctx, rt)
		defer cancelOurs()
		parent := &counting{Context: ours}
		for range 200 {
			child, cancel := api.WithTimeout(parent, rt, 0)
			if err := rt.NewWaiter().Wait(child); !errors.Is(err, context.DeadlineExceeded) {
				t.Error("wait:", err)
			}
			cancel()
			std, cancelStd := context.WithCancel(ctx)
			grandchild, cancel := api.WithTimeout(std, rt, 0)
			if err := rt.NewWaiter().Wait(grandchild); !errors.Is(err, context.DeadlineExceeded) {
				t.Error("wait:", err)
			}
			cancel()
			cancelStd()
		}
		for i := 0; parent.children.Load() != 0 && i < 10_000; i++ { // it leaves after it has told who waits
			if err := api.Sleep(ctx, rt, time.Millisecond); err != nil {
				t.Error(err)
			}
		}
		if n := parent.children.Load(); n != 0 {
			t.Errorf("%d children are left", n)
		}
	})
}

// counting counts those who want to be told of its end.
type counting struct {
	context.Context
	children atomic.Int64
}

func (c *counting) AfterFunc(f func()) func() bool {
	c.children.Add(1)
	stop := c.Context.(interface{ AfterFunc(func()) func() bool }).AfterFunc(f)
	runtime.Gosched() // where the child may end
	return func() bool { c.children.Add(-1); return stop() }
}

// TestStandardContexts: a std child of ours ends with it, and ours ends with a std parent.
func TestStandardContexts(t *testing.T) {
	inWorlds(t, func(t *testing.T, ctx context.Context, rt api.Runtime) {
		ours, cancel := api.WithCancel(ctx, rt)
		std, cancelStd := context.WithCancel(ours)
		defer cancelStd()
		cancel()
		if std.Err() == nil {
			t.Error("the std child does not know at once")
		}
		parent, cancelParent := context.WithCancel(ctx)
		child, cancelChild := api.WithCancel(parent, rt)
		defer cancelChild()
		rt.Go("cancel", cancelParent)
		if err := rt.NewWaiter().Wait(child); !errors.Is(err, context.Canceled) {
			t.Error("wait:", err)
		}
	})
}

func TestSleepLastsItsTime(t *testing.T) {
	inWorlds(t, func(t *testing.T, ctx context.Context, rt api.Runtime) {
		start := rt.Now()
		if err := api.Sleep(ctx, rt, 5*time.Millisecond); err != nil {
			t.Error(err)
		}
		if d := rt.Now().Sub(start); d < 5*time.Millisecond {
			t.Error("slept", d)
		}
	})
}

func TestGroup(t *testing.T) {
	inWorlds(t, func(t *testing.T, ctx context.Context, rt api.Runtime) {
		g := api.NewGroup(rt)
		bad := errors.New("bad")
		ran, mu := 0, rt.NewMutex()
		for i := range 10 {
			g.Go("task", func() error {
				mu.Lock()
				defer mu.Unlock()
				ran++
				if i == 3 {
					return bad
				}
				return nil
			})
		}
		if err := g.Wait(ctx); !errors.Is(err, bad) || ran != 10 {
			t.Error(err, ran)
		}
		ended, cancel := api.WithCancel(ctx, rt)
		g.Go("slow", func() error { return api.Sleep(ctx, rt, 10*time.Millisecond) })
		cancel()
		if err := g.Wait(ended); !errors.Is(err, context.Canceled) {
			t.Error("wait:", err)
		}
		if err := g.Wait(ctx); !errors.Is(err, bad) {
			t.Error("wait:", err)
		}
	})
}

func TestQueue(t *testing.T) {
	inWorlds(t, func(t *testing.T, ctx context.Context, rt api.Runtime) {
		const n = 200
		q := api.NewQueue[int](rt, 3)
		g := api.NewGroup(rt)
		g.Go("put", func() error {
			defer q.Close()
			for i := range n {
				if err := q.Put(ctx, i); err != nil {
					return err
				}
			}
			return nil
		})
		for i := range n {
			if v, err := q.Get(ctx); v != i || err != nil {
				t.Error(i, v, err)
			}
			if q.Len() > 3 {
				t.Error("holds", q.Len())
			}
		}
		if _, err := q.Get(ctx); !errors.Is(err, api.ErrQueueClosed) {
			t.Error("get:", err)
		}
		if err := q.Put(ctx, 1); !errors.Is(err, api.ErrQueueClosed) {
			t.Error("put:", err)
		}
		if err := g.Wait(ctx); err != nil {
			t.Error(err)
		}
	})
}

// TestQueueHandsOnTheWakeUp: a getter that gives up does not swallow what was meant for the next.
func TestQueueHandsOnTheWakeUp(t *testing.T) {
	inWorlds(t, func(t *testing.T, ctx context.Context, rt api.Runtime) {
		for range 50 {
			q := api.NewQueue[int](rt, 0)
			g := api.NewGroup(rt)
			short, cancel := api.WithCancel(ctx, rt)
			g.Go("gives up", func() error {
				if _, err := q.Get(short); err == nil {
					return q.Put(ctx, 1)
				}
				return nil
			})
			g.Go("stays", func() error { _, err := q.Get(ctx); return err })
			g.Go("put", func() error { cancel(); return q.Put(ctx, 1) })
			if err := g.Wait(ctx); err != nil {
				t.Error(err)
			}
		}
	})
}
