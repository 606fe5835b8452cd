// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/plan"
)

// punctual is a scenario in which host b, which crashes all the time, must not start in each of three short spans.
func punctual() Scenario {
	late := map[int]bool{}
	return Scenario{
		Faults: Profile{Name: "crashes", CrashEvery: 100 * time.Millisecond, DownMin: time.Millisecond, DownMax: 20 * time.Millisecond, Until: 10 * time.Second},
		Safe:   []string{"a"}, Main: []string{"a"},
		Hosts: Hosts{
			"a": func(ctx context.Context, n Node) error { return api.Sleep(ctx, n.Runtime(), 9*time.Second) },
			"b": func(ctx context.Context, n Node) error {
				began := time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC)
				if since := n.Runtime().Now().Sub(began); since%(3*time.Second) > 2950*time.Millisecond {
					late[int(since/(3*time.Second))] = true
				}
				return nil
			},
		},
		Always: Invariants{"b is up": func() error {
			if len(late) == 3 {
				return errors.New("it was not")
			}
			return nil
		}},
	}
}

// TestQuieten: without the crashes before it, each one that matters still strikes when it did.
func TestQuieten(t *testing.T) {
	k := newShrinker(ShrinkConfig{Run: RunConfig{Seed: failingSeed(t, punctual)}, Budget: time.Minute}, punctual)
	if !k.begin() {
		t.Fatal(k.out.First)
	}
	k.quieten()
	if before, after := k.out.First.Size().Faults, k.out.Last.Size().Faults; before < 20 || after != 3 {
		t.Errorf("%d faults come down to %d, want 3", before, after)
	}
	for _, crash := range k.out.Last.Plan.Timed {
		if !slices.ContainsFunc(k.out.First.Plan.Timed, func(c plan.Timed) bool { return c.String() == crash.String() }) {
			t.Errorf("%v: there was no such fault", crash)
		}
	}
}
