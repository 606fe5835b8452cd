// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// heldUp is a scenario in which the memory must not start again while the worker works, which it may begin late: it too
// crashes.
func heldUp() Scenario {
	var busy, lost atomic.Bool // of no host
	return Scenario{
		Faults: Profile{Name: "crashes", CrashEvery: 500 * time.Millisecond, DownMin: 100 * time.Millisecond, DownMax: 100 * time.Millisecond, Until: time.Minute},
		Main:   []string{"worker"},
		Hosts: Hosts{
			"memory": func(context.Context, Node) error {
				if busy.Load() {
					lost.Store(true)
				}
				return nil
			},
			"worker": func(ctx context.Context, n Node) error {
				busy.Store(false)
				if err := api.Sleep(ctx, n.Runtime(), 100*time.Millisecond); err != nil {
					return err
				}
				busy.Store(true)
				return api.Sleep(ctx, n.Runtime(), 300*time.Millisecond)
			},
		},
		Always: Invariants{"nothing is lost": func() error {
			if lost.Load() {
				return errors.New("it is")
			}
			return nil
		}},
	}
}

// TestShrinkKeepsOneOfAKind: crashes that only held up what another strikes go, and that one comes sooner.
func TestShrinkKeepsOneOfAKind(t *testing.T) {
	failed, several := 0, 0
	for seed := range uint64(300) {
		s, ok := Shrink(ShrinkConfig{Run: RunConfig{Seed: seed}, Budget: time.Minute}, heldUp)
		if !ok {
			continue
		}
		failed++
		if s.First.Size().Faults > 2 {
			several++
		}
		if size := s.Last.Size(); size.Faults != 1 {
			t.Errorf("seed %d: %v, shrunk to %v", seed, s.First.Size(), size)
		}
	}
	if failed < 5 || several < 3 {
		t.Errorf("%d seeds failed, %d of them with more than two faults", failed, several)
	}
}
