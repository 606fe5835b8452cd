// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/twinwire/twinwire/api"
)

func TestRunFindsLostUpdate(t *testing.T) {
	found := 0
	for seed := range uint64(200) {
		res := Run(RunConfig{Seed: seed}, bank(carelessDeposit))
		if res.Verdict == Passed {
			continue
		}
		found++
		if res.Verdict != Failed || res.Signature != "check no deposit is lost" || !res.Repeats() {
			t.Fatal(res.Report())
		}
	}
	if found == 0 || found == 200 {
		t.Errorf("the lost update was found in %d of 200 seeds", found)
	}
}

func TestRunPassesCarefulTwin(t *testing.T) {
	for seed := range uint64(200) {
		if res := Run(RunConfig{Seed: seed, Twice: true}, bank(carefulDeposit)); res.Verdict != Passed || !res.Repeats() {
			t.Fatal(res.Report())
		}
	}
}

func TestRunSeedsDiffer(t *testing.T) {
	hashes := map[uint64]bool{}
	for seed := range uint64(100) {
		res := Run(RunConfig{Seed: seed}, func() Scenario { return ping(LAN(), "client") })
		if res.Verdict != Passed {
			t.Fatal(res.Report())
		}
		hashes[res.Hash] = true
	}
	if len(hashes) < 99 {
		t.Errorf("100 seeds gave %d hashes", len(hashes))
	}
}

func TestRunInvariant(t *testing.T) {
	res := Run(RunConfig{Seed: 3}, func() Scenario {
		n := 0
		sc := Scenario{Name: "counting", Hosts: Hosts{"a": func(ctx context.Context, node Node) error {
			for n = 1; n < 9; n++ {
				node.Logger().Info("counted", "n", n)
				if err := api.Sleep(ctx, node.Runtime(), time.Second); err != nil {
					return err
				}
			}
			return nil
		}}}
		sc.Always = Invariants{"at most four": func() error {
			if n > 4 {
				return fmt.Errorf("it is %d", n)
			}
			return nil
		}, "later by name": func() error {
			if n > 4 {
				return errors.New("must not be asked first")
			}
			return nil
		}}
		return sc
	})
	if res.Verdict != Failed || res.Signature != "invariant at most four" || res.Virtual < 4*time.Second || res.Virtual > 5*time.Second {
		t.Fatal(res.Report())
	}
	if got := res.String(); !strings.HasPrefix(got, "seed 3, t=4.0") || !strings.HasSuffix(got, "s: at most four: it is 5") {
		t.Error(got)
	}
	if report := res.Report(); !strings.Contains(report, "counted n=5") || !strings.Contains(report, "repeats exactly") {
		t.Errorf("the report lacks the host's lines, or that it repeats:\n%s", report)
	}
}

func TestRunHostError(t *testing.T) {
	broke := errors.New("out of money")
	scenario := func() Scenario {
		return Scenario{Hosts: Hosts{"payer-1": func(context.Context, Node) error { return fmt.Errorf("pay: %w", broke) }}}
	}
	res := Run(RunConfig{}, scenario)
	if res.Verdict != Failed || res.Signature != "host payer" || !errors.Is(res.Err, broke) || res.Err.Error() != "payer-1: pay: out of money" {
		t.Error(res.Report())
	}
	res = Run(RunConfig{}, func() Scenario {
		sc := scenario()
		sc.Clean = func(err error) bool { return errors.Is(err, broke) }
		sc.Checks = Checks{"work done": func() error { return errors.New("not asked after an error") }}
		return sc
	})
	if res.Verdict != CleanError || res.Signature != "" || !errors.Is(res.Err, broke) || res.Second != nil {
		t.Error(res.Report())
	}
}

func TestRunHung(t *testing.T) {
	res := Run(RunConfig{}, func() Scenario {
		return Scenario{Ends: 10 * time.Second, Faults: Calm(), Hosts: Hosts{
			"a": func(ctx context.Context, n Node) error {
				_, err := api.NewQueue[int](n.Runtime(), 0).Get(ctx)
				return err
			},
			"b": func(ctx context.Context, n Node) error { return nil },
		}}
	})
	if res.Verdict != Hung || res.Signature != "hung" || !res.Repeats() {
		t.Fatal(res.Report())
	}
	report := res.Report()
	if !strings.Contains(report, "hung: nothing can happen any more; not returned: a\n") || !strings.Contains(report, "what is waited for, the longest first") || len(res.Pending) == 0 {
		t.Error(report)
	}
}

func TestRunPastEnd(t *testing.T) {
	res := Run(RunConfig{}, func() Scenario {
		return Scenario{Ends: 10 * time.Second, Faults: Calm(), Hosts: Hosts{"a": func(ctx context.Context, n Node) error {
			return api.Sleep(ctx, n.Runtime(), time.Minute)
		}}}
	})
	if res.Verdict != Hung || res.Virtual > 11*time.Second || !strings.HasPrefix(res.Err.Error(), "not over 10s after the last fault") {
		t.Error(res.Report())
	}
	res = Run(RunConfig{MaxSteps: 1_000}, func() Scenario {
		return Scenario{Hosts: Hosts{"a": func(_ context.Context, n Node) error {
			for {
				n.Runtime().Yield()
			}
		}}}
	})
	if res.Verdict != Hung || !strings.Contains(res.Err.Error(), "RunConfig.MaxSteps") {
		t.Error(res.Report())
	}
}

func TestRunPanic(t *testing.T) {
	res := Run(RunConfig{Seed: 5}, func() Scenario {
		return Scenario{Hosts: Hosts{"a": func(context.Context, Node) error { panic("the end is nigh") }}}
	})
	if res.Verdict != Panicked || !res.Repeats() || !strings.Contains(res.Report(), "the end is nigh") || !strings.Contains(res.Report(), "run_test.go:") {
		t.Error(res.Report())
	}
}

func TestRunPanicInCheck(t *testing.T) {
	res := Run(RunConfig{}, func() Scenario {
		return Scenario{
			Hosts:  Hosts{"a": func(context.Context, Node) error { return nil }},
			Checks: Checks{"sum": func() error { panic("no numbers") }},
		}
	})
	if res.Verdict != Failed || res.Err.Error() != "sum: panic: no numbers" {
		t.Error(res.Report())
	}
}

func TestRunNondeterministic(t *testing.T) {
	runs := 0
	scenario := func() Scenario {
		runs++
		outlives := time.Duration(runs) * time.Second
		return Scenario{Hosts: Hosts{"a": func(ctx context.Context, n Node) error {
			return api.Sleep(ctx, n.Runtime(), outlives)
		}}}
	}
	res := Run(RunConfig{Seed: 9, Twice: true}, scenario)
	if res.Verdict != Nondeterministic || res.Repeats() || res.Verdict.OK() {
		t.Fatal(res.Report())
	}
	var differ *DifferError
	if !errors.As(res.Err, &differ) || differ.First.Hash == differ.Second.Hash || differ.First.Verdict != Passed {
		t.Errorf("%v", res.Err)
	}
	if report := res.Report(); !strings.Contains(report, "two runs of seed 9 differ") || !strings.Contains(report, "a variable that outlives the run") {
		t.Error(report)
	}
}

func TestRunMain(t *testing.T) {
	if res := Run(RunConfig{Seed: 2}, func() Scenario { return ping(Calm(), "client") }); res.Verdict != Passed {
		t.Error(res.Report())
	}
	res := Run(RunConfig{Seed: 2}, func() Scenario { return ping(Calm()) })
	if res.Verdict != Hung || !strings.Contains(res.Err.Error(), "not returned: server") {
		t.Errorf("a server that waits for the end, without Main:\n%s", res.Report())
	}
}

// TestRunContextOutlivesFunction: what a host's function has started goes on with its context after it has returned, until
// the run ends.
func TestRunContextOutlivesFunction(t *testing.T) {
	beats, ended := 0, error(nil)
	res := Run(RunConfig{}, func() Scenario {
		return Scenario{Main: []string{"a"}, Hosts: Hosts{
			"a": func(ctx context.Context, n Node) error { return api.Sleep(ctx, n.Runtime(), 10*time.Second) },
			"b": func(ctx context.Context, n Node) error {
				n.Runtime().Go("heart", func() {
					for ended = nil; ended == nil; beats++ {
						ended = api.Sleep(ctx, n.Runtime(), time.Second)
					}
				})
				return nil
			},
		}}
	})
	if res.Verdict != Passed || beats < 10 || !errors.Is(ended, context.Canceled) {
		t.Errorf("%d beats, then %v\n%s", beats, ended, res.Report())
	}
}

func TestRunCrash(t *testing.T) {
	starts, crashes := 0, uint64(0)
	for seed := range uint64(20) {
		nodes := map[Node]bool{}
		sc := ping(Hostile(), "client")
		sc.Safe = []string{"client"}
		serve := sc.Hosts["server"]
		sc.Hosts["server"] = func(ctx context.Context, n Node) error {
			starts++
			nodes[n] = true
			return serve(ctx, n)
		}
		client := 0
		ask := sc.Hosts["client"]
		sc.Hosts["client"] = func(ctx context.Context, n Node) error {
			client++
			return ask(ctx, n)
		}
		res := runOnce(RunConfig{Seed: seed, Trace: defaultTrace}, sc)
		if res.Verdict != Passed {
			t.Fatal(res.Report())
		}
		if client != 1 {
			t.Errorf("seed %d: the safe host started %d times", seed, client)
		}
		crashes += res.Faults["crash"]
	}
	if crashes == 0 || starts < 21 {
		t.Errorf("%d crashes, %d starts of the server in 20 runs", crashes, starts)
	}
}

func TestRunInput(t *testing.T) {
	read := ""
	res := Run(RunConfig{}, func() Scenario {
		return Scenario{
			Input: []Mount{{Name: "in", FS: fstest.MapFS{"a.txt": {Data: []byte("hello")}}}},
			Hosts: Hosts{"a": func(_ context.Context, n Node) error {
				f, err := n.Files().Open("in/a.txt")
				if err != nil {
					return err
				}
				defer f.Close()
				b := make([]byte, 5)
				_, err = f.ReadAt(b, 0)
				read = string(b)
				return err
			}},
		}
	})
	if res.Verdict != Passed || read != "hello" {
		t.Errorf("read %q\n%s", read, res.Report())
	}
}

func TestRunStall(t *testing.T) {
	block := make(chan int)
	res := Run(RunConfig{Stall: 50 * time.Millisecond}, func() Scenario {
		return Scenario{Hosts: Hosts{"a": func(context.Context, Node) error { return fmt.Errorf("%d", <-block) }}}
	})
	close(block)
	if res.Verdict != Stalled || res.Second != nil || res.Signature != "stalled" {
		t.Fatal(res.Report())
	}
	if report := res.Report(); !strings.Contains(report, "chan receive") || !strings.Contains(report, "run_test.go:") {
		t.Error(report)
	}
}

// TestFatalInATask ends the run, and the report says which task it was, when, and where.
func TestFatalInATask(t *testing.T) {
	res := Run(RunConfig{}, func() Scenario {
		return Scenario{Hosts: Hosts{"exec-1": func(ctx context.Context, n Node) error {
			if err := api.Sleep(ctx, n.Runtime(), time.Second); err != nil {
				return err
			}
			fatalHere()
			return nil
		}}}
	})
	report := res.Report()
	if res.Verdict != Failed || res.Signature != "exit exec boot" || !res.Repeats() {
		t.Errorf("%v, %s", res, res.Signature)
	}
	for _, want := range []string{`task "boot" of host exec-1 ended its goroutine at 1s, as t.FailNow does`, "simulator.fatalHere()", "run_test.go:"} {
		if !strings.Contains(report, want) {
			t.Errorf("want %q in\n%s", want, report)
		}
	}
}

//go:noinline
func fatalHere() { runtime.Goexit() }
