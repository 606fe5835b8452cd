// SPDX-License-Identifier: Apache-2.0

package fault

import (
	"math/rand/v2"
	"reflect"
	"testing"
)

func TestSwarmDrawsCalmFromZeros(t *testing.T) {
	got := Swarm().Drawn(func(uint64) uint64 { return 0 })
	want := Calm()
	want.Name, want.Until = "swarm", Swarm().Until
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v", got)
	}
}

// Every fault is on in some draws and off in others, and nothing that is drawn is out of bounds.
func TestSwarmDrawsSubsets(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	on := map[string]int{}
	const runs = 1000
	lying := Swarm()
	lying.LoseSyncPPM, lying.DiskFlipPPM, lying.FlipPPM = 500_000, 1000, 100
	for range runs {
		v := reflect.ValueOf(lying.Drawn(r.Uint64N))
		for i := range v.NumField() {
			if f := v.Field(i); !f.IsZero() {
				on[v.Type().Field(i).Name]++
				if f.CanInt() && f.Int() < 0 || f.CanUint() && f.Uint() > million {
					t.Fatalf("%s: %v", v.Type().Field(i).Name, f)
				}
			}
		}
	}
	for _, name := range []string{
		"TailPPM", "LossPPM", "Bandwidth", "SplitPPM", "ResetPPM", "RefusePPM", "HangPPM", "ClogEvery", "PartitionEvery", "OneWayPPM",
		"CrashEvery", "DownPPM", "PauseEvery", "ClockOffset", "DriftPPM", "JumpEvery", "DiskMean", "LoseSyncPPM", "TornPPM", "DiskFull", "DiskFlipPPM", "FlipPPM",
	} {
		if on[name] < runs/20 || on[name] > runs*19/20 {
			t.Errorf("%s is on in %d of %d draws", name, on[name], runs)
		}
	}
}

// A component that writes and syncs as it should passes a swarm that was not asked for more.
func TestSwarmDoesNotLieUnasked(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		if q := Swarm().Drawn(r.Uint64N); q.LoseSyncPPM+q.DiskFlipPPM+q.FlipPPM != 0 {
			t.Fatalf("%+v", q)
		}
	}
}

func TestSwarmKeepsWhatItIsGiven(t *testing.T) {
	p := Swarm()
	p.SafeHosts, p.Until = []string{"a"}, 5
	got := p.Drawn(func(bound uint64) uint64 { return bound - 1 })
	if got.Until != 5 || len(got.SafeHosts) != 1 || got.Draw {
		t.Errorf("%+v", got)
	}
	if q := Hostile().Drawn(nil); !reflect.DeepEqual(q, Hostile()) {
		t.Errorf("hostile became %+v", q)
	}
}
