// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"bytes"
	"io"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/twinwire/twinwire/api"
)

// seeded is a runtime that can only draw.
type seeded struct {
	api.Runtime
	rng *rand.Rand
}

func (seeded) Now() time.Time      { return time.Unix(0, 0) }
func (s seeded) Rand() *rand.Rand  { return s.rng }
func (seeded) NewMutex() api.Mutex { return new(sync.Mutex) }
func (seeded) Entropy() io.Reader  { return nil }

func testDice(p Profile) *dice {
	return newDice(seeded{rng: rand.New(rand.NewPCG(1, 2))}, p)
}

func TestExponential(t *testing.T) {
	d := testDice(Profile{})
	const draws = 100_000
	for _, mean := range []time.Duration{10, time.Millisecond, time.Hour} {
		var sum float64
		over := 0
		for range draws {
			x := d.exponential(mean)
			if x < 0 {
				t.Fatalf("exponential(%v) = %v", mean, x)
			}
			sum += float64(x)
			if x > 3*mean {
				over++
			}
		}
		if got := sum / draws / float64(mean); math.Abs(got-1) > 0.06 {
			t.Errorf("mean of %v is %v times that", mean, got)
		}
		if share := float64(over) / draws; share < 0.03 || share > 0.07 { // e^-3 is 0.0498
			t.Errorf("%.3f of the draws are above 3 times the mean %v", share, mean)
		}
	}
	if x := d.exponential(math.MaxInt64); x < 0 {
		t.Errorf("exponential of the longest mean = %v", x)
	}
	if x := d.exponential(0); x != 0 {
		t.Errorf("exponential(0) = %v", x)
	}
}

func TestFragments(t *testing.T) {
	d := testDice(Profile{SplitPPM: million})
	seen := map[int]bool{}
	for size := range 200 {
		b := bytes.Repeat([]byte{'x'}, size)
		pieces := d.fragments(b)
		seen[len(pieces)] = true
		if got := bytes.Join(pieces, nil); !bytes.Equal(got, b) {
			t.Fatalf("%d bytes became %d", size, len(got))
		}
		for _, p := range pieces {
			if len(p) == 0 && size > 0 {
				t.Fatalf("an empty piece of %d bytes", size)
			}
		}
		if size > 1 && len(pieces) < 2 {
			t.Fatalf("%d bytes are not split", size)
		}
	}
	if diff := cmp.Diff(map[int]bool{1: true, 2: true, 3: true, 4: true}, seen); diff != "" {
		t.Errorf("numbers of pieces (-want +got):\n%s", diff)
	}
}

func TestBetween(t *testing.T) {
	d := testDice(Profile{})
	seen := map[time.Duration]bool{}
	for range 1000 {
		seen[d.between(3, 5)] = true
	}
	if diff := cmp.Diff(map[time.Duration]bool{3: true, 4: true, 5: true}, seen); diff != "" {
		t.Errorf("between 3 and 5 (-want +got):\n%s", diff)
	}
	if got := d.between(7, 3); got != 7 {
		t.Errorf("between 7 and 3 = %d, want 7", got)
	}
}

func TestForLoopback(t *testing.T) {
	want := Profile{
		Name: "hostile", LatencyMean: time.Millisecond,
		TailPPM: 2_000, TailMax: 200 * time.Millisecond, SplitPPM: 500_000, ResetPPM: 10, RefusePPM: 6_250,
		PartitionEvery: 10 * time.Second, PartitionMin: 300 * time.Millisecond, PartitionMax: 300 * time.Millisecond,
		OneWayPPM: 500_000, Until: 45 * time.Second,
	}
	if diff := cmp.Diff(want, Hostile().ForLoopback()); diff != "" {
		t.Errorf("hostile (-want +got):\n%s", diff)
	}
	for _, p := range []Profile{Calm(), LAN(), {}} {
		if diff := cmp.Diff(p, p.ForLoopback()); diff != "" {
			t.Errorf("%s is changed (-want +got):\n%s", p.Name, diff)
		}
	}
}
