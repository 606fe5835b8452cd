// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"fmt"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// yields is a scenario of two tasks that read a number, yield, and write it back plus one. They are woken by timers at
// one instant if timed; the second yields so many times before it begins.
func yields(timed bool, before int) func() Scenario {
	return func() Scenario {
		var n atomic.Int64
		add := func(rt api.Runtime) {
			was := n.Load()
			rt.Yield()
			n.Store(was + 1)
		}
		return Scenario{
			Faults: Calm(),
			Hosts: Hosts{"a": func(ctx context.Context, node Node) error {
				rt, tasks := node.Runtime(), api.NewGroup(node.Runtime())
				for i := range 2 {
					tasks.Go("add", func() error {
						if timed {
							if err := api.Sleep(ctx, rt, time.Second); err != nil {
								return err
							}
						}
						for range before * i {
							rt.Yield()
						}
						add(rt)
						return nil
					})
				}
				return tasks.Wait(ctx)
			}},
			Checks: Checks{"both count": func() error {
				if n := n.Load(); n != 2 {
					return fmt.Errorf("it is %d after two additions", n)
				}
				return nil
			}},
		}
	}
}

// TestLostUpdateInEveryMode: a schedule that is fixed finds it always or never; ours finds it within 50 seeds whether a
// timer wakes the tasks or not, and whether one of them is late or not, and without luck by trying every schedule.
func TestLostUpdateInEveryMode(t *testing.T) {
	for mode, scenario := range []func() Scenario{yields(true, 0), yields(true, 4), yields(false, 0), yields(false, 4)} {
		found := Sweep(SweepConfig{Seeds: Seeds{First: 1, Last: 50}}, scenario)
		if found.Failed == 0 || found.Passed == 0 && mode%2 == 1 {
			t.Errorf("mode %d: %d of 50 seeds fail, %d pass", mode, found.Failed, found.Passed)
		}
		all := Exhaust(RunConfig{}, 10_000, scenario)
		if all.Failure == nil || all.Failure.Signature != "check both count" {
			t.Errorf("mode %d: every schedule tried, nothing found: %+v", mode, all)
			continue
		}
		if again := Run(RunConfig{Tape: all.Failure.Tape}, scenario); again.Hash != all.Failure.Hash {
			t.Errorf("mode %d: the tape of the failure gives %v, hash %x; want %x", mode, again, again.Hash, all.Failure.Hash)
		}
	}
}

// TestExhaustPasses a scenario that is right, and says that it tried everything.
func TestExhaustPasses(t *testing.T) {
	all := Exhaust(RunConfig{}, 0, bank(carefulDeposit))
	if !all.Complete || all.Failure != nil || all.Runs < 10 {
		t.Errorf("%+v", all)
	}
	if some := Exhaust(RunConfig{}, 5, bank(carefulDeposit)); some.Complete || some.Runs != 5 {
		t.Errorf("bounded: %+v", some)
	}
	if bad := Exhaust(RunConfig{}, 0, bank(carelessDeposit)); bad.Failure == nil {
		t.Errorf("careless: %+v", bad)
	}
}
