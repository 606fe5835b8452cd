// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// counted is a scenario whose check looks at what host b has made once host a has worked, and panics without.
func counted() Scenario {
	var made *int
	return Scenario{
		Main: []string{"a"},
		Hosts: Hosts{
			"a": func(ctx context.Context, n Node) error {
				for range Ops(n, 3) {
					if err := api.Sleep(ctx, n.Runtime(), time.Second); err != nil {
						return err
					}
				}
				return nil
			},
			"b": func(ctx context.Context, n Node) error {
				if err := api.Sleep(ctx, n.Runtime(), time.Second/2); err != nil {
					return err
				}
				made = new(1)
				return n.Runtime().NewWaiter().Wait(ctx)
			},
		},
		Checks: Checks{"none": func() error {
			if *made > 0 {
				return errors.New("some were made")
			}
			return nil
		}},
	}
}

// TestShrinkToNoPanic: a check that does not hold is not shrunk to a run in which it panics, which means something else.
func TestShrinkToNoPanic(t *testing.T) {
	s, ok := Shrink(ShrinkConfig{Budget: time.Minute}, counted)
	if !ok || s.Last.Err.Error() != "none: some were made" {
		t.Fatalf("ok %v: %v", ok, s.Report())
	}
}

// TestReportOfAPanickedCheck: it tells where.
func TestReportOfAPanickedCheck(t *testing.T) {
	r := Run(RunConfig{}, func() Scenario {
		sc := counted()
		delete(sc.Hosts, "b")
		return sc
	})
	if r.Signature != "check none: panic" {
		t.Errorf("signature %q", r.Signature)
	}
	_, stack, found := strings.Cut(r.Report(), "    stack\n")
	if first, _, _ := strings.Cut(stack, "faults:"); !found || !strings.Contains(first, "counted") || !strings.Contains(first, "/simulator/broken_check_test.go:") {
		t.Errorf("it does not tell where:\n%s", r.Report())
	}
	if strings.Contains(stack, "simulator.guarded") {
		t.Errorf("it tells of the world:\n%s", r.Report())
	}
}
