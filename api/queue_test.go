// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"context"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/netty"
)

// nervous is a runtime whose waiters wake up once without a reason, and then say that they wait.
type nervous struct {
	api.Runtime
	waits chan struct{}
}

func (n nervous) NewWaiter() api.Waiter {
	return &nervousWaiter{Waiter: n.Runtime.NewWaiter(), waits: n.waits}
}

type nervousWaiter struct {
	api.Waiter
	waits chan struct{}
	woke  bool
}

func (w *nervousWaiter) Wait(ctx context.Context) error {
	if !w.woke {
		w.woke = true
		return nil
	}
	w.waits <- struct{}{}
	return w.Waiter.Wait(ctx)
}

// TestQueueStandsSpuriousWakeUps: who woke up for nothing is woken once for something, and no one else's wake-up goes to
// who has left.
func TestQueueStandsSpuriousWakeUps(t *testing.T) {
	rt := nervous{netty.NewRuntime(), make(chan struct{})}
	q := api.NewQueue[int](rt, 0)
	g := api.NewGroup(netty.NewRuntime())
	const getters = 3
	for range getters {
		g.Go("get", func() error { _, err := q.Get(t.Context()); return err })
		<-rt.waits
	}
	for i := range getters {
		if err := q.Put(t.Context(), i); err != nil {
			t.Fatal(err)
		}
	}
	if err := g.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}
