// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// An oracle is where the code under test takes something from outside the world.
type oracle struct {
	votes map[string]int
	runs  *int
}

func newOracle(runs *int) *oracle {
	o := &oracle{votes: map[string]int{}, runs: runs}
	for i := range 8 {
		o.votes[fmt.Sprint("v", i)] = i
	}
	return o
}

// first is one of the votes.
func (o *oracle) first() int {
	for _, v := range o.votes {
		return v
	}
	return 0
}

func drawnNumber() int { return rand.IntN(1000) }

func (o *oracle) address() string { return fmt.Sprintf("%p", &o.votes) }

// eitherChannel picks one of two channels that are ready.
func eitherChannel() int {
	a, b := make(chan int, 1), make(chan int, 1)
	a <- 1
	b <- 2
	select {
	case v := <-a:
		return v
	case v := <-b:
		return v
	}
}

// fromGoroutine is what a goroutine says.
func fromGoroutine() int {
	n := 0
	done := make(chan bool)
	go func() {
		n = int(time.Now().UnixNano())
		close(done)
	}()
	<-done
	return n
}

// outside are ways to take something from outside the world, and to tell it.
func outside() map[string]func(ctx context.Context, ref api.RpcEndpointRef, o *oracle) error {
	return map[string]func(ctx context.Context, ref api.RpcEndpointRef, o *oracle) error{
		"map": func(ctx context.Context, ref api.RpcEndpointRef, o *oracle) error {
			return tell(ctx, ref, o.first())
		},
		"time": func(ctx context.Context, ref api.RpcEndpointRef, _ *oracle) error {
			now := time.Now()
			return tell(ctx, ref, now.UnixNano())
		},
		"rand": func(ctx context.Context, ref api.RpcEndpointRef, _ *oracle) error {
			return tell(ctx, ref, drawnNumber())
		},
		"pointer": func(ctx context.Context, ref api.RpcEndpointRef, o *oracle) error {
			return tell(ctx, ref, o.address())
		},
		"select": func(ctx context.Context, ref api.RpcEndpointRef, _ *oracle) error {
			return tell(ctx, ref, eitherChannel())
		},
		"goroutine": func(ctx context.Context, ref api.RpcEndpointRef, _ *oracle) error {
			return tell(ctx, ref, fromGoroutine())
		},
		"variable": func(ctx context.Context, ref api.RpcEndpointRef, o *oracle) error {
			return tell(ctx, ref, *o.runs)
		},
	}
}

// telling is a scenario of a client that asks a hundred times and then tells the server what it took from outside.
func telling(take func(ctx context.Context, ref api.RpcEndpointRef, o *oracle) error, runs *int) func() Scenario {
	return func() Scenario {
		*runs++
		o := newOracle(runs)
		return Scenario{
			Main: []string{"client"},
			Hosts: Hosts{
				"server": Serve("e", func(api.RpcEnv) api.RpcEndpoint {
					return api.Handlers(api.OnAsk(func(_ api.RpcCallContext, s string) (string, error) { return s, nil }))
				}),
				"client": func(ctx context.Context, n Node) error {
					env, err := n.RpcEnv(api.RpcEnvConfig{Bind: "-"})
					if err != nil {
						return err
					}
					ref := env.EndpointRef(api.RpcEndpointAddress{Name: "e", Address: api.NewRpcAddress("server", envPort)})
					for range 100 {
						if _, err := api.Ask[string](ctx, ref, "again"); err != nil {
							return err
						}
					}
					return take(ctx, ref, o)
				},
			},
		}
	}
}

func tell(ctx context.Context, ref api.RpcEndpointRef, what any) error {
	_, err := api.Ask[string](ctx, ref, fmt.Sprint(what))
	return err
}

// TestDivergenceNamesTheCulprit: the report of two runs that differ names the first call that differs with the stacks of
// both tasks, and the line that took something from outside the world.
func TestDivergenceNamesTheCulprit(t *testing.T) {
	culprits := map[string]string{
		"map":       `divergence_test\.go:\d+  range over the map votes`,
		"time":      `divergence_test\.go:\d+  time\.Now is of the machine: use Runtime\.Now`,
		"rand":      `divergence_test\.go:\d+  rand\.IntN is of the machine: use Runtime\.Rand`,
		"pointer":   `divergence_test\.go:\d+  %p prints the address of a pointer`,
		"select":    `divergence_test\.go:\d+  select picks any of the cases`,
		"goroutine": `divergence_test\.go:\d+  go starts a goroutine outside the world`,
		"variable":  "a variable that outlives the run",
	}
	for what, take := range outside() {
		runs := 0
		var res Result
		for range 20 { // by chance two runs may be the same
			if res = Run(RunConfig{Seed: 5, Twice: true}, telling(take, &runs)); res.Verdict == Nondeterministic {
				break
			}
		}
		report := res.Report()
		if res.Verdict != Nondeterministic || res.Signature != "two runs differ" {
			t.Errorf("%s:\n%s", what, report)
			continue
		}
		for _, want := range []string{
			`two runs part at call \d{3,} on the world, after .* of host (client|server) at \d`,
			`(?s)      one run: \S+ of task .*simulator\.tell\(.*      the other run: \S+ of task .*simulator\.tell\(`, culprits[what],
		} {
			if !regexp.MustCompile(want).MatchString(report) {
				t.Errorf("%s: want %s in\n%s", what, want, report)
			}
		}
	}
}

// TestDivergenceElsewhere: what differs from process to process only is told from what differs from run to run, of which
// the report says as much as when both runs were here.
func TestDivergenceElsewhere(t *testing.T) {
	for env, wants := range map[string][]string{
		pidEnv: {"in one process all runs are the same", `test_test\.go:\d+  os\.Getpid is of the machine`, "takes something from outside the world"},
		clockEnv: {`(?s)two runs part at call \d+ on the world.*one run: .*test_test\.go:\d.*the other run: .*test_test\.go:\d`,
			`test_test\.go:\d+  time\.Now is of the machine: use Runtime\.Now`},
	} {
		out, _ := again(t, env+"=1", "SIM_SEEDS=1-20", "SIM_FAULTS=lan")
		for _, want := range append(wants, "seed 20 went another way in a process of its own") {
			if !regexp.MustCompile(want).MatchString(out) {
				t.Errorf("%s: want %s in\n%s", env, want, out)
			}
		}
	}
}

// TestNoDivergence: what differs only in what a check saw is looked for in the functions of the scenario.
func TestDivergenceOfACheck(t *testing.T) {
	var res Result
	for range 20 {
		res = Run(RunConfig{Twice: true}, func() Scenario {
			runs := 0
			o := newOracle(&runs)
			return Scenario{
				Hosts: Hosts{"a": func(context.Context, Node) error { return nil }},
				Checks: Checks{"even": func() error {
					if o.first()%2 == 1 {
						return fmt.Errorf("odd")
					}
					return nil
				}},
			}
		})
		if res.Verdict == Nondeterministic {
			break
		}
	}
	if report := res.Report(); res.Verdict != Nondeterministic || !strings.Contains(report, "range over the map votes") {
		t.Error(report)
	}
}

// TestAPanicOfAHandlerRepeats: its stack goes to the asker, and is the same in every run.
func TestAPanicOfAHandlerRepeats(t *testing.T) {
	panics := func(Node, api.RpcEnv) { panic("out of order") }
	for seed := range uint64(10) {
		if res := Run(RunConfig{Seed: seed, Twice: true}, leaky(panics)); !res.Repeats() || !strings.Contains(res.Err.Error(), "out of order") {
			t.Fatal(res.Report())
		}
	}
}

// TestTheStackOfAHandlerIsItsOwn: it ends where the component does, for what is below differs in a race build.
func TestTheStackOfAHandlerIsItsOwn(t *testing.T) {
	res := Run(RunConfig{}, leaky(func(Node, api.RpcEnv) { panic("out of order") }))
	p, ok := errors.AsType[*api.PanicError](res.Err)
	if !ok || !strings.Contains(p.Stack, "divergence_test.go:") || strings.Contains(p.Stack, "/internal/") || strings.Contains(p.Stack, "/memnet.") {
		t.Errorf("%v\n%+v", res, p)
	}
}
