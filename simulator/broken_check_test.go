// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"runtime"
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

// TestCheckThatEndsTheRun: an invariant or a check that does not return, as with t.Fatal, is told by its name, with what was said.
func TestCheckThatEndsTheRun(t *testing.T) {
	for _, c := range []struct {
		kind, want string
		leave      func(tb testing.TB)
	}{
		{"invariant", "it: a: broken_check_test.go:", func(tb testing.TB) { tb.Fatal("cannot go on") }},
		{"check", "it: a: broken_check_test.go:", func(tb testing.TB) { tb.Fatal("cannot go on") }},
		{"invariant", "it: the invariant ended its goroutine at 1s, as t.FailNow does", func(testing.TB) { runtime.Goexit() }},
		{"check", "it: the check ended its goroutine at 1s, as t.FailNow does", func(testing.TB) { runtime.Goexit() }},
	} {
		r := Run(RunConfig{Faults: Calm()}, func() Scenario {
			var late testing.TB
			sc := Scenario{Hosts: Hosts{"a": func(ctx context.Context, n Node) error {
				err := api.Sleep(ctx, n.Runtime(), time.Second)
				late = TB(n)
				return err
			}}}
			table := map[string]func() error{
				"another": func() error { return nil },
				"it": func() error {
					if late != nil {
						c.leave(late)
					}
					return nil
				},
				"later": func() error { return nil },
			}
			if sc.Checks = table; c.kind == "invariant" {
				sc.Always, sc.Checks = table, nil
			}
			return sc
		})
		report := r.Report()
		if r.Verdict != Failed || r.Signature != c.kind+" it" || !r.Repeats() || !strings.Contains(report, "s: "+c.want) {
			t.Errorf("%s: %s\n%s", c.kind, r.Signature, report)
		}
		if _, stack, found := strings.Cut(report, "    stack\n"); !found || !strings.Contains(stack, "/simulator/broken_check_test.go:") || strings.Contains(stack, "simulator.guarded") {
			t.Errorf("%s: it does not tell where, or of the world:\n%s", c.kind, report)
		}
	}
}
