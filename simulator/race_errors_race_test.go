// SPDX-License-Identifier: Apache-2.0

//go:build race

// This test is in race builds only, as is what it looks at: `make race` runs it.

package simulator

import (
	"strings"
	"testing"
)

// TestTestTellsOfRaces: that the race detector fails a test is not taken for a call of the test's own T.
func TestTestTellsOfRaces(t *testing.T) {
	out, ok := again(t, raceEnv+"=1", "SIM_SEED=3")
	for _, want := range []string{"WARNING: DATA RACE", "seed 3, t=", "the race detector reported a data race in this run", "SIM_SEED=3 go test -race -run '^TestBank$'"} {
		if ok || !strings.Contains(out, want) {
			t.Errorf("want %q:\n%s", want, out)
		}
	}
	if strings.Contains(out, tbAdvice) {
		t.Errorf("a call of the test's T is blamed:\n%s", out)
	}
}
