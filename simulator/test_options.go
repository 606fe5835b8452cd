// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strconv"
	"testing"
	"time"
)

const (
	testSeeds    = 20
	shortSeeds   = 5
	maxTestSeeds = 1 << 20
)

// testOptions is what the environment asks of [Test].
type testOptions struct {
	seeds   []uint64
	asked   bool          // SIM_SEED or SIM_SEEDS chose the seeds
	search  bool          // SIM_SEEDS did
	tape    string        // file
	plan    string        // file
	json    string        // file
	explore time.Duration // how long to search fresh seeds
	shrink  time.Duration // budget; negative: do not
	why     time.Duration // budget of an explanation in the report; 0: none
	trace   int           // events to show; 0: not asked for
	faults  Profile       // zero: the scenario's own
	confirm string        // "1" or confirmReport: this process was started to run one seed for another one
}

// readOptions reads the environment, and reports every mistake in it.
func readOptions(test string, env func(string) (string, bool)) (testOptions, error) {
	var o testOptions
	seeds, err := chosenSeeds(test, env)
	if err != nil {
		return o, err
	}
	o.seeds = seeds
	_, one := env("SIM_SEED")
	_, many := env("SIM_SEEDS")
	o.asked, o.search = one || many, many
	o.tape, _ = env("SIM_TAPE")
	o.plan, _ = env("SIM_PLAN")
	o.json, _ = env("SIM_JSON")
	o.confirm, _ = env(confirmEnv)
	if o.tape != "" && o.asked {
		return o, fmt.Errorf("SIM_TAPE=%s and a seed: a tape is a run of its own, set one of them", o.tape)
	}
	if o.tape != "" && o.plan != "" {
		return o, fmt.Errorf("SIM_TAPE=%s and SIM_PLAN=%s: a tape has its own faults, set one of them", o.tape, o.plan)
	}
	if o.explore, err = duration(env, "SIM_EXPLORE"); err != nil {
		return o, err
	}
	if o.shrink, err = duration(env, "SIM_SHRINK"); err != nil {
		return o, err
	}
	if o.why, err = duration(env, "SIM_WHY"); err != nil {
		return o, err
	}
	if text, ok := env("SIM_TRACE"); ok {
		if o.trace, err = strconv.Atoi(text); err != nil || o.trace < 1 {
			return o, fmt.Errorf("SIM_TRACE=%s: want how many events to show, at least 1", text)
		}
	}
	if text, _ := env("SIM_SHRINK"); text == "0" || text == "0s" {
		o.shrink = -1
	}
	if name, ok := env("SIM_FAULTS"); ok {
		if o.faults, err = ProfileByName(name); err != nil {
			return o, fmt.Errorf("SIM_FAULTS=%s: %w", name, err)
		}
	}
	return o, nil
}

func duration(env func(string) (string, bool), name string) (time.Duration, error) {
	text, ok := env(name)
	if !ok || text == "0" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil || d < 0 {
		return 0, fmt.Errorf("%s=%s: want a duration, such as 30s", name, text)
	}
	return d, nil
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
