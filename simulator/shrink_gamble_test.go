// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// unfortunate is a scenario that fails when a host, each of whose lives draws a number, has drawn one of a few.
func unfortunate() Scenario {
	var lost error
	return Scenario{
		Faults: Profile{Name: "crashes", CrashEvery: 100 * time.Millisecond, DownMin: time.Millisecond, DownMax: time.Millisecond, Until: 10 * time.Second},
		Safe:   []string{"a"}, Main: []string{"a"},
		Hosts: Hosts{
			"a": func(ctx context.Context, n Node) error { return api.Sleep(ctx, n.Runtime(), 11*time.Second) },
			"b": func(_ context.Context, n Node) error {
				if n.Runtime().Rand().IntN(30) == 0 {
					lost = errors.New("it did")
				}
				return nil
			},
		},
		Always: Invariants{"it does not draw 0": func() error { return lost }},
	}
}

// TestShrinkGambles: that a life draws a number takes no life before it, but other luck of an earlier one.
func TestShrinkGambles(t *testing.T) {
	many := 0
	for seed := range uint64(12) {
		s, ok := Shrink(ShrinkConfig{Run: RunConfig{Seed: seed}, Budget: time.Minute}, unfortunate)
		if !ok {
			continue
		}
		if s.First.Size().Faults > 10 {
			many++
		}
		if size := s.Last.Size(); size.Faults > fewEnough {
			t.Errorf("seed %d: %v, shrunk to %v", seed, s.First.Size(), size)
		}
		again := Run(RunConfig{Tape: s.Last.Tape}, unfortunate)
		if again.Hash != s.Last.Hash {
			t.Errorf("seed %d: the tape of the smallest run makes another", seed)
		}
	}
	if many < 3 {
		t.Errorf("%d seeds had many faults", many)
	}
}

// TestGambledRunsAreFewerFaults: other luck that brings more faults is no gain.
func TestGambledRunsAreFewerFaults(t *testing.T) {
	k := newShrinker(ShrinkConfig{Run: RunConfig{Seed: failingSeed(t, fragile)}, Budget: time.Minute}, fragile)
	if !k.begin() {
		t.Fatal(k.out.First)
	}
	same := k.best
	same.below = k.out.Last.Size().Faults
	if _, ok := k.try(same); ok {
		t.Error("a run with as many faults does")
	}
	same.below++
	if _, ok := k.try(same); !ok {
		t.Error("a run with fewer faults does not")
	}
}
