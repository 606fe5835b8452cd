// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// stuck is a scenario of which everything waits for something else that never comes.
func stuck() Scenario {
	return Scenario{
		Faults: Calm(), Ends: 10 * time.Second,
		Hosts: Hosts{
			"server": Serve("lease", func(api.RpcEnv) api.RpcEndpoint {
				return api.Handlers(api.OnAsk(func(api.RpcCallContext, string) (bool, error) { return false, api.ErrReplyLater }))
			}),
			"client": func(ctx context.Context, n Node) error {
				env, err := n.RpcEnv(api.RpcEnvConfig{Bind: "-", AskTimeout: time.Hour})
				if err != nil {
					return err
				}
				rt := n.Runtime()
				mu, tasks := rt.NewMutex(), api.NewGroup(rt)
				ref := env.EndpointRef(api.RpcEndpointAddress{Name: "lease", Address: api.NewRpcAddress("server", envPort)})
				tasks.Go("asker", func() error {
					mu.Lock()
					defer mu.Unlock()
					return tell(ctx, ref, "mine?")
				})
				tasks.Go("locker", func() error {
					if err := api.Sleep(ctx, rt, time.Second); err != nil {
						return err
					}
					mu.Lock()
					defer mu.Unlock()
					return nil
				})
				tasks.Go("taker", func() error {
					if err := api.Sleep(ctx, rt, 2*time.Second); err != nil {
						return err
					}
					_, err := api.NewQueue[int](rt, 0).Get(ctx)
					return err
				})
				tasks.Go("sleeper", func() error {
					if err := api.Sleep(ctx, rt, 3*time.Second); err != nil {
						return err
					}
					return api.Sleep(ctx, rt, time.Hour)
				})
				return tasks.Wait(ctx)
			},
		},
	}
}

// TestHungRunTellsWhatIsWaitedFor: who asks whom, who holds the lock, which call it is and in which line; what has waited
// longest first, and the stack's own tasks are counted.
func TestHungRunTellsWhatIsWaitedFor(t *testing.T) {
	res := Run(RunConfig{Seed: 3}, stuck)
	report := res.Report()
	_, waits, _ := strings.Cut(report, "    what is waited for, the longest first\n")
	waits, _, _ = strings.Cut(waits, "    faults:")
	if res.Verdict != Hung || !res.Repeats() || !strings.Contains(report, "not over 10s after the last fault had healed (Scenario.Ends); not returned: client") {
		t.Fatal(report)
	}
	want := `^( +client +boot +Group\.Wait at liveness_test\.go:\d+ +since 0\.\d+s
| +client +asker +ask lease at spark://lease@server:7077 \(RpcEnv\.AskTimeout 1h0m0s\) at divergence_test\.go:\d+ +since 0\.\d+s
){2} +client +locker +Lock \(held by task "asker" of host client\) at liveness_test\.go:\d+ +since 1\.\d+s
 +client +taker +Queue\.Get at liveness_test\.go:\d+ +since 2\.\d+s
 +client +sleeper +Sleep at liveness_test\.go:\d+ +since 3\.\d+s
 +and \d+ of the stack itself`
	if !regexp.MustCompile(want).MatchString(waits) {
		t.Errorf("want %s\nhave\n%s", want, waits)
	}
}

// TestLiveness: what has healed must not be waited for; a component that gives up at the first failure never gets there.
func TestLiveness(t *testing.T) {
	scenario := func(patient bool) func() Scenario {
		return func() Scenario {
			return Scenario{
				Faults: Hostile(), Safe: []string{"client"}, Main: []string{"client"}, Ends: 20 * time.Second,
				Hosts: Hosts{
					"server": Serve("lease", func(api.RpcEnv) api.RpcEndpoint {
						return api.Handlers(api.OnAsk(func(api.RpcCallContext, string) (string, error) { return "", nil }))
					}),
					"client": func(ctx context.Context, n Node) error {
						env, err := n.RpcEnv(api.RpcEnvConfig{Bind: "-", AskTimeout: time.Second})
						if err != nil {
							return err
						}
						ref := env.EndpointRef(api.RpcEndpointAddress{Name: "lease", Address: api.NewRpcAddress("server", envPort)})
						for range 50 {
							if tell(ctx, ref, "mine?") != nil && !patient {
								return n.Runtime().NewWaiter().Wait(ctx) // for ever
							}
							if err := api.Sleep(ctx, n.Runtime(), 100*time.Millisecond); err != nil {
								return err
							}
						}
						return nil
					},
				},
			}
		}
	}
	if r := Sweep(SweepConfig{Seeds: Seeds{First: 1, Last: 50}}, scenario(true)); r.Passed != 50 {
		t.Errorf("patient: %+v", r.Failures)
	}
	r := Sweep(SweepConfig{Seeds: Seeds{First: 1, Last: 50}}, scenario(false))
	if r.Hung == 0 || r.Hung != uint64(len(r.Failures)) {
		t.Fatalf("impatient: %d hung, %+v", r.Hung, r.Failures)
	}
	res := Run(r.Run(r.Failures[0].Seed), scenario(false))
	if report := res.Report(); !strings.Contains(report, "client  boot") || !strings.Contains(report, "Wait at liveness_test.go:") {
		t.Errorf("%v\n%s", res.Virtual, report)
	}
}

// TestPlanSaysWhenAllMustBeWell: the liveness phase of a plan replaces that of the scenario.
func TestPlanSaysWhenAllMustBeWell(t *testing.T) {
	p, err := ParsePlan("heal", "plan 1\nat 1s partition client | server for 9h\nheal at 2m within 30s\n")
	if err != nil {
		t.Fatal(err)
	}
	ok := func(limit time.Duration) func() Scenario {
		return func() Scenario {
			return Scenario{Hosts: Hosts{"server": func(context.Context, Node) error { return nil }, "client": func(ctx context.Context, n Node) error {
				return api.Sleep(ctx, n.Runtime(), limit)
			}}}
		}
	}
	if res := Run(RunConfig{Plan: &p}, ok(140*time.Second)); res.Verdict != Passed {
		t.Error(res.Report())
	}
	if res := Run(RunConfig{Plan: &p}, ok(160*time.Second)); res.Verdict != Hung || res.Virtual > 150*time.Second {
		t.Error(res.Report())
	}
}
