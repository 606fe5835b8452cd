// SPDX-License-Identifier: Apache-2.0

package memnet_test

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/memnet"
)

// TestFreeListsEndWithTheirWorld: a world that nobody has is garbage, whatever was put into its lists.
func TestFreeListsEndWithTheirWorld(t *testing.T) {
	gone := make(chan struct{})
	before := runtime.NumGoroutine()
	func() {
		w := memnet.New(memnet.Config{Seed: 1})
		h := w.Host("a")
		runtime.AddCleanup(w, func(c chan struct{}) { close(c) }, gone)
		h.Boot(func(context.Context) error {
			l := api.NewFreeList(h.Runtime())
			l.Put(h)
			_, err := h.NewRpcEnv(api.RpcEnvConfig{Bind: "a:1"})
			return err
		})
		if r := w.Run(nil); r.Verdict != memnet.Passed {
			t.Fatal(r)
		}
	}()
	// Where tasks are goroutines, they may not have come to their end yet, and hold the world till then.
	for end := time.Now().Add(20 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(end); {
		runtime.Gosched()
	}
	runtime.GC()
	select {
	case <-gone:
	case <-time.After(20 * time.Second):
		t.Error("one collection does not free a world that is over")
	}
}

func TestFreeListGivesTheLastFirst(t *testing.T) {
	w := memnet.New(memnet.Config{Seed: 1})
	l := api.NewFreeList(w.Host("a").Runtime())
	for i := range 1000 {
		l.Put(&i)
	}
	if v, ok := l.Get().(*int); ok && *v > 63 {
		t.Errorf("%d is kept: want 64 values at most", *v)
	}
	kept := 0
	for l.Get() != nil {
		kept++
	}
	if kept > 63 {
		t.Errorf("%d values are kept besides", kept)
	}
}
