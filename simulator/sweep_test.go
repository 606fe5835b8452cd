// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// fate makes a scenario whose nth making, counted over a sweep, ends in one of the ways a run can end.
func fate(made *atomic.Int64) func() Scenario {
	clean := errors.New("nobody is left")
	return func() Scenario {
		made.Add(1)
		outcome := uint64(0)
		return Scenario{
			Faults: Calm(), Ends: 10 * time.Second,
			Clean: func(err error) bool { return errors.Is(err, clean) },
			Hosts: Hosts{"a": func(ctx context.Context, n Node) error {
				outcome = n.Runtime().Rand().Uint64N(5)
				switch outcome {
				case 0:
					return clean
				case 1:
					return errors.New("broken")
				case 2:
					return api.Sleep(ctx, n.Runtime(), time.Hour)
				case 3:
					return api.Sleep(ctx, n.Runtime(), time.Duration(made.Load())*time.Millisecond)
				}
				return nil
			}},
			Checks: Checks{"the fourth is not deterministic": func() error {
				if outcome == 3 {
					return errors.New("so it must be run twice")
				}
				return nil
			}},
		}
	}
}

func TestSweepCounts(t *testing.T) {
	var made atomic.Int64
	calls := 0
	res := Sweep(SweepConfig{
		Seeds:    Seeds{First: 100, Last: 299},
		Replay:   func(seed uint64) string { return fmt.Sprintf("again %d", seed) },
		Progress: func(sofar SweepResult) { calls++ },
	}, fate(&made))
	if res.Runs != 200 || calls != 200 || res.Runs != res.Passed+res.CleanErrors+res.Failed+res.Hung+res.Nondeterministic {
		t.Errorf("%d calls of Progress, counts do not add up: %+v", calls, res)
	}
	for what, n := range map[string]uint64{
		"passed": res.Passed, "clean": res.CleanErrors, "failed": res.Failed, "hung": res.Hung, "nondeterministic": res.Nondeterministic,
	} {
		if n < 10 {
			t.Errorf("%s: %d of 200", what, n)
		}
	}
	if uint64(len(res.Failures)) != res.Failed+res.Hung+res.Nondeterministic {
		t.Errorf("%d failures in %+v", len(res.Failures), res)
	}
	for i, f := range res.Failures {
		if f.Error == "" || f.Replay != fmt.Sprintf("again %d", f.Seed) || i > 0 && f.Seed <= res.Failures[i-1].Seed {
			t.Errorf("failure %d: %+v", i, f)
		}
	}
}

func TestSweepRunsTwice(t *testing.T) {
	var made atomic.Int64
	res := Sweep(SweepConfig{Seeds: Seeds{First: 1, Last: 100}}, func() Scenario {
		made.Add(1)
		return ping(LAN(), "client")
	})
	if res.Passed != 100 || made.Load() != 105 {
		t.Errorf("100 passing seeds made the scenario %d times: %+v", made.Load(), res)
	}
	if res.Distinct < 99 || res.Faults["delay"] == 0 {
		t.Errorf("100 seeds gave %d hashes, %v", res.Distinct, res.Faults)
	}
}

func TestSweepSurvivesGoexit(t *testing.T) {
	res := Sweep(SweepConfig{Seeds: Seeds{First: 1, Last: 4}, Workers: 2}, func() Scenario {
		runtime.Goexit()
		return Scenario{}
	})
	if res.Runs != 4 || res.Failed != 4 || !strings.Contains(res.Failures[0].Error, "t.FailNow") {
		t.Errorf("%+v", res)
	}
}
