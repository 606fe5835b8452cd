// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// endingContext is a context that has begun to end and has not told anybody yet.
type endingContext struct {
	context.Context
	tell atomic.Value // of func()
}

func (c *endingContext) AfterFunc(f func()) (stop func() bool) {
	c.tell.Store(f)
	return func() bool { return false }
}

// TestContextTellsTooLate: a context that tells of its end when the wait with it is over does not disturb the waiter's
// next wait. Else what a waiter was used for before would show.
func TestContextTellsTooLate(t *testing.T) {
	w := New(Config{})
	a := w.Host("a")
	a.Boot(func(ctx context.Context) error {
		rt := a.Runtime()
		waiter, old := rt.NewWaiter(), &endingContext{Context: t.Context()}
		rt.Go("other", func() {
			api.Sleep(ctx, rt, time.Second)
			waiter.Wake()
			api.Sleep(ctx, rt, time.Second)
			old.tell.Load().(func())()
			api.Sleep(ctx, rt, time.Second)
			waiter.Wake()
		})
		for i, c := range []context.Context{old, ctx} {
			began := rt.Now()
			if err := waiter.Wait(c); err != nil {
				t.Errorf("wait %d: %v", i, err)
			}
			if took, want := rt.Now().Sub(began), time.Duration(1+i)*time.Second; took != want {
				t.Errorf("wait %d took %v, want %v", i, took, want)
			}
		}
		return nil
	})
	if r := w.Run(nil); r.Verdict != Passed {
		t.Fatalf("%v: %v", r.Verdict, r.Err)
	}
}
