// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"math"
	"slices"
	"strings"
	"testing"
)

func TestParseSeeds(t *testing.T) {
	for text, want := range map[string]Seeds{
		"1-1000": {First: 1, Last: 1000},
		"7-7":    {First: 7, Last: 7},
		"0-3":    {First: 0, Last: 3},
		"18446744073709551615-18446744073709551615": {First: math.MaxUint64, Last: math.MaxUint64},
	} {
		if got, err := ParseSeeds(text); err != nil || got != want {
			t.Errorf("ParseSeeds(%q) = %v, %v; want %v", text, got, err, want)
		}
	}
	for text, want := range map[string]string{
		"":                       `seeds "": want a range A-B`,
		"5":                      "want a range A-B",
		"-5":                     "want a range A-B",
		"5-":                     "want a range A-B",
		"a-b":                    "want a range A-B",
		"1-2-3":                  "want a range A-B",
		"1 - 2":                  "want a range A-B",
		"0-18446744073709551616": "want a range A-B",
		"9-3":                    `seeds "9-3": the range is reversed, want 3-9`,
		"0-18446744073709551615": "more seeds than can ever be run",
	} {
		if _, err := ParseSeeds(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseSeeds(%q): %v; want %q", text, err, want)
		}
	}
}

func TestSeedsAll(t *testing.T) {
	s := Seeds{First: math.MaxUint64 - 2, Last: math.MaxUint64}
	want := []uint64{math.MaxUint64 - 2, math.MaxUint64 - 1, math.MaxUint64}
	if got := slices.Collect(s.All()); !slices.Equal(got, want) {
		t.Errorf("%v yields %d", s, got)
	}
	if s.Count() != 3 {
		t.Errorf("%v counts %d", s, s.Count())
	}
}

func TestChosenSeeds(t *testing.T) {
	choose := func(env map[string]string) ([]uint64, error) {
		return chosenSeeds("TestX", func(name string) (string, bool) { v, ok := env[name]; return v, ok })
	}
	for want, env := range map[string]map[string]string{
		`SIM_SEED=x: want a seed, a number from 0`:      {"SIM_SEED": "x"},
		`SIM_SEED=: want a seed`:                        {"SIM_SEED": ""},
		`SIM_SEEDS: seeds "": want a range A-B`:         {"SIM_SEEDS": ""},
		`SIM_SEEDS: seeds "3-1": the range is reversed`: {"SIM_SEEDS": "3-1"},
		`SIM_SEED=1 and SIM_SEEDS=1-2: set one of them`: {"SIM_SEED": "1", "SIM_SEEDS": "1-2"},
	} {
		if _, err := choose(env); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v: %v; want %q", env, err, want)
		}
	}
	if got, err := choose(map[string]string{"SIM_SEED": "17"}); err != nil || !slices.Equal(got, []uint64{17}) {
		t.Errorf("SIM_SEED=17: %v, %v", got, err)
	}
	if got, err := choose(map[string]string{"SIM_SEEDS": "4-6"}); err != nil || !slices.Equal(got, []uint64{4, 5, 6}) {
		t.Errorf("SIM_SEEDS=4-6: %v, %v", got, err)
	}
	if _, err := choose(map[string]string{"SIM_SEEDS": "1-9999999"}); err == nil {
		t.Error("ten million seeds in one test are fine")
	}
	got, err := choose(nil)
	again := seedsOf("TestX")
	if err != nil || !slices.Equal(got, again) {
		t.Errorf("the seeds of a name change: %v, %v, %v", got, again, err)
	}
	want := testSeeds
	if testing.Short() {
		want = shortSeeds
	}
	slices.Sort(got)
	if len(slices.Compact(slices.Clone(got))) != want {
		t.Errorf("seeds %d, want %d different ones", got, want)
	}
	if other := seedsOf("TestY"); slices.Equal(again, other) {
		t.Error("two tests have the same seeds")
	}
}
