// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"testing"
)

const (
	testSeeds    = 20
	shortSeeds   = 5
	maxTestSeeds = 1 << 20
)

// Test runs a scenario under a few seeds, each a subtest: 20 of them, 5 with -short, which depend on the test's name
// only. It calls scenario once for each run. The first failing seed is reported in full, the others in a line; each
// report ends with the command that repeats it. The environment says otherwise:
//
//	SIM_SEED=1187     runs this seed
//	SIM_SEEDS=1-1000  runs these seeds
//
// A seed that fails is run again to prove that it repeats.
func Test(t *testing.T, scenario func() Scenario) {
	t.Helper()
	seeds, err := chosenSeeds(t.Name(), os.LookupEnv)
	if err != nil {
		t.Fatal(err)
	}
	replay := replayCommand(t.Name(), testPackage())
	failures, stalled := 0, false
	for _, seed := range seeds {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			t.Helper()
			res := Run(RunConfig{Seed: seed, Replay: replay(seed)}, scenario)
			switch {
			case res.Verdict.OK():
				t.Log(res)
				return
			case failures == 0:
				t.Error(res.Report())
			default:
				t.Errorf("%v; replay: %s", res, res.Replay)
			}
			failures++
			stalled = res.Verdict == Stalled
		})
		if stalled {
			t.Fatal("the other seeds are not run: each would stall")
		}
	}
}

// chosenSeeds returns the seeds the environment asks for, or those of the test's name.
func chosenSeeds(test string, env func(string) (string, bool)) ([]uint64, error) {
	one, oneSet := env("SIM_SEED")
	many, manySet := env("SIM_SEEDS")
	switch {
	case oneSet && manySet:
		return nil, fmt.Errorf("SIM_SEED=%s and SIM_SEEDS=%s: set one of them", one, many)
	case oneSet:
		seed, err := strconv.ParseUint(one, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("SIM_SEED=%s: want a seed, a number from 0 to %d", one, uint64(1<<64-1))
		}
		return []uint64{seed}, nil
	case manySet:
		seeds, err := ParseSeeds(many)
		if err != nil {
			return nil, fmt.Errorf("SIM_SEEDS: %w", err)
		}
		if seeds.Count() > maxTestSeeds {
			return nil, fmt.Errorf("SIM_SEEDS=%s: more than the %d seeds one test can run", many, maxTestSeeds)
		}
		return slices.Collect(seeds.All()), nil
	}
	return seedsOf(test), nil
}

// seedsOf returns the seeds of a test: small numbers that depend on its name only, and all differ.
func seedsOf(test string) []uint64 {
	count := testSeeds
	if testing.Short() {
		count = shortSeeds
	}
	h := fnv.New64a()
	h.Write([]byte(test))
	draw := rand.New(rand.NewPCG(h.Sum64(), 0))
	var seeds []uint64
	for len(seeds) < count {
		if seed := 1 + draw.Uint64N(9_999); !slices.Contains(seeds, seed) {
			seeds = append(seeds, seed)
		}
	}
	return seeds
}
