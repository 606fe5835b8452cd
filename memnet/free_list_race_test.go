// SPDX-License-Identifier: Apache-2.0

//go:build race

// This test is in race builds only, as is what it looks at: `make race` runs it.

package memnet_test

import (
	"context"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/memnet"
)

// TestFreeListsGiveEachTaskItsOwn: a value that another task used would look like a race, and one is not lost for that.
func TestFreeListsGiveEachTaskItsOwn(t *testing.T) {
	w := memnet.New(memnet.Config{Seed: 1})
	h := w.Host("a")
	h.Boot(func(ctx context.Context) error {
		rt := h.Runtime()
		l := api.NewFreeList(rt)
		for i := range 100 {
			l.Put(i)
		}
		rt.Go("other", func() {
			if v := l.Get(); v != nil {
				t.Errorf("a task got %v, which another one had", v)
			}
			l.Put("other's")
		})
		if err := api.Sleep(ctx, rt, time.Second); err != nil {
			return err
		}
		seen := map[any]bool{}
		for v := l.Get(); v != nil; v = l.Get() {
			seen[v] = true
		}
		if seen["other's"] || seen[0] || !seen[99] || len(seen) != 63 {
			t.Errorf("%d values came back, the latest %v, the first %v, another task's %v; want the last 63", len(seen), seen[99], seen[0], seen["other's"])
		}
		return nil
	})
	if r := w.Run(nil); r.Verdict != memnet.Passed {
		t.Fatal(r)
	}
}
