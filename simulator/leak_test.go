// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// leaky is a scenario of a server that leaves something behind each time it is asked, and one that is asked once.
func leaky(leave func(n Node, env api.RpcEnv)) func() Scenario {
	return func() Scenario {
		return Scenario{
			Hosts: Hosts{
				"server-1": func(_ context.Context, n Node) error {
					env, err := n.RpcEnv(api.RpcEnvConfig{})
					if err != nil {
						return err
					}
					_, err = env.SetupEndpoint("e", api.Handlers(api.OnAsk(func(api.RpcCallContext, string) (bool, error) {
						leave(n, env)
						return true, nil
					})))
					return err
				},
				"client": func(ctx context.Context, n Node) error {
					env, err := n.RpcEnv(api.RpcEnvConfig{Bind: "-"})
					if err != nil {
						return err
					}
					_, err = api.Ask[bool](ctx, env.EndpointRef(api.RpcEndpointAddress{Name: "e", Address: api.NewRpcAddress("server-1", envPort)}), "hello")
					return err
				},
			},
		}
	}
}

// leaveTask waits for ever.
func leaveTask(n Node, env api.RpcEnv) {
	env.Runtime().Go("renew", func() { env.Runtime().NewWaiter().Wait(context.Background()) })
}

// leaveTicker sets itself again whenever it fires.
func leaveTicker(_ Node, env api.RpcEnv) {
	var timer api.Timer
	timer = env.Runtime().AfterFunc(time.Second, func() { timer.Reset(time.Second) })
}

func leavePoll(_ Node, env api.RpcEnv) {
	env.Runtime().Go("poll", func() {
		for api.Sleep(context.Background(), env.Runtime(), time.Second) == nil {
		}
	})
}

func leaveConnection(n Node, _ api.RpcEnv) {
	if l, err := netOf(n).Listen(context.Background(), n.Name()+":9"); err == nil {
		netOf(n).Dial(context.Background(), n.Name()+":9")
		l.Close()
	}
}

func leaveListener(n Node, _ api.RpcEnv) { netOf(n).Listen(context.Background(), n.Name()+":9") }

// TestLeaks: each kind of thing that is left behind fails a run that passed, is told with where it was made, and repeats.
func TestLeaks(t *testing.T) {
	for _, c := range []struct {
		leave           func(n Node, env api.RpcEnv)
		signature, text string
		by              string
	}{
		{leaveTask, "leak task server renew", "task renew of host server-1, simulator.leaveTask.func1, Wait since ", "simulator.leaveTask(...)"},
		{leavePoll, "leak task server poll", "task poll of host server-1, simulator.leavePoll.func1, Sleep since ", "simulator.leavePoll(...)"},
		{leaveTicker, "leak timer server simulator.leaveTicker.func1", "timer of host server-1, simulator.leaveTicker.func1, fires at ", "simulator.leaveTicker.func1(...)"},
		{leaveListener, "leak listener server", "listener server-1:9 of host server-1, open", ""},
	} {
		res := Run(RunConfig{Seed: 4}, leaky(c.leave))
		if res.Verdict != Failed || res.Signature != c.signature || !res.Repeats() {
			t.Errorf("want %s, have %s:\n%s", c.signature, res.Signature, res.Report())
			continue
		}
		report := res.Report()
		for _, want := range []string{"left behind: " + c.text, "      " + c.text, c.by, "Scenario.Stays"} {
			if !strings.Contains(report, want) {
				t.Errorf("want %q in\n%s", want, report)
			}
		}
		if both := regexp.MustCompile(`fires at \d+\.\d{3}s, set at \d+\.\d{3}s`); strings.Contains(c.text, "timer") && !both.MatchString(report) {
			t.Errorf("want both times of the timer in\n%s", report)
		}
		if c.by != "" && !strings.Contains(report, "leak_test.go:") {
			t.Errorf("want the place in\n%s", report)
		}
		if again := Run(RunConfig{Seed: 4}, leaky(c.leave)); again.Hash != res.Hash {
			t.Errorf("%s: hashes %x and %x", c.signature, res.Hash, again.Hash)
		}
	}
}

// TestATimerThatFiresAsOneLooks is a timer still, also in the instant in which its task is about to run.
func TestATimerThatFiresAsOneLooks(t *testing.T) {
	scenario := func() Scenario {
		return Scenario{
			Faults: Calm(), Stays: func(l Leak) bool { return l.Kind == "timer" },
			Hosts: Hosts{"a": func(_ context.Context, n Node) error { // begins when the looking does, whose waits are whole ticks
				var timer api.Timer
				timer = n.Runtime().AfterFunc(10*time.Millisecond, func() { timer.Reset(10 * time.Millisecond) })
				return nil
			}},
		}
	}
	if res := Run(RunConfig{}, scenario); res.Verdict != Passed {
		t.Error(res.Report())
	}
}

// TestConnectionLeak names both ends. A connection that nobody accepted is reset with its listener, so nothing is left.
func TestConnectionLeak(t *testing.T) {
	res := Run(RunConfig{}, leaky(leaveConnection))
	if res.Verdict != Passed {
		t.Error(res.Report())
	}
	res = Run(RunConfig{}, func() Scenario {
		return Scenario{Hosts: Hosts{
			"a": func(ctx context.Context, n Node) error {
				l, err := netOf(n).Listen(ctx, "a:9")
				if err != nil {
					return err
				}
				defer l.Close()
				c, err := l.Accept()
				if err != nil {
					return err
				}
				return c.Close()
			},
			"b": func(ctx context.Context, n Node) error {
				for {
					if _, err := netOf(n).Dial(ctx, "a:9"); err == nil {
						return api.Sleep(ctx, n.Runtime(), time.Second)
					}
				}
			},
		}}
	})
	report := res.Report()
	if res.Signature != "leak connection b b <-> a" || !strings.Contains(report, " <-> a:9 of host b, ended by the other side") || !strings.Contains(report, "simulator.TestConnectionLeak.") {
		t.Errorf("%s:\n%s", res.Signature, report)
	}
}

// TestNoLeak: what ends by itself, with the context or with the env is none; nor is what a scenario means to stay, or
// what a crash took.
func TestNoLeak(t *testing.T) {
	never := context.WithoutCancel(t.Context())
	for name, leave := range map[string]func(n Node, env api.RpcEnv){
		"nothing":      func(Node, api.RpcEnv) {},
		"a late timer": func(_ Node, env api.RpcEnv) { env.Runtime().AfterFunc(10*time.Hour, func() {}) },
		"a long sleep": func(_ Node, env api.RpcEnv) {
			env.Runtime().Go("sleep", func() { api.Sleep(never, env.Runtime(), 50*time.Minute) })
		},
		"an env's end": func(_ Node, env api.RpcEnv) {
			env.Runtime().Go("await", func() { env.AwaitTermination(never) })
		},
		"a stopped one": func(_ Node, env api.RpcEnv) { env.Runtime().AfterFunc(time.Second, func() {}).Stop() },
	} {
		if res := Run(RunConfig{Twice: true}, leaky(leave)); res.Verdict != Passed || !res.Repeats() || res.Virtual > 10*time.Second {
			t.Errorf("%s:\n%s", name, res.Report())
		}
	}
	meant := func() Scenario {
		sc := leaky(leaveTask)()
		sc.Stays = func(l Leak) bool { return l.Kind == "task" && l.Name == "renew" && l.Host == "server-1" }
		return sc
	}
	if res := Run(RunConfig{}, meant); res.Verdict != Passed {
		t.Error(res.Report())
	}
}

// TestCrashedHostsLeakNothing: what an earlier life has made is gone, and so is what a host has that stays down.
func TestCrashedHostsLeakNothing(t *testing.T) {
	for _, text := range []string{"plan 1\nat 100ms crash a for 100ms\n", "plan 1\nat 100ms crash a\n"} {
		p, err := ParsePlan("crash", text)
		if err != nil {
			t.Fatal(err)
		}
		lives := 0
		res := Run(RunConfig{Plan: &p}, func() Scenario {
			lives = 0
			return Scenario{Main: []string{"b"}, Hosts: Hosts{
				"a": func(ctx context.Context, n Node) error {
					if lives++; lives == 1 {
						env, err := n.RpcEnv(api.RpcEnvConfig{})
						if err != nil {
							return err
						}
						leaveTask(n, env)
						leaveListener(n, env)
						leaveTicker(n, env)
					}
					return nil
				},
				"b": func(ctx context.Context, n Node) error { return api.Sleep(ctx, n.Runtime(), time.Second) },
			}}
		})
		if res.Verdict != Passed || lives == 0 || res.Faults["crash"] != 1 {
			t.Errorf("%s%d lives:\n%s", text, lives, res.Report())
		}
	}
}

// TestHostContextEnds before leaks are looked for: for those who wait with the context itself, a child of it or one of the
// standard library.
func TestHostContextEnds(t *testing.T) {
	var mu sync.Mutex
	var ended []string
	res := Run(RunConfig{}, func() Scenario {
		ended = nil
		return Scenario{Hosts: Hosts{"a": func(ctx context.Context, n Node) error {
			rt := n.Runtime()
			child, cancel := api.WithCancel(ctx, rt)
			std, cancelStd := context.WithCancel(ctx)
			other, cancelOther := api.WithTimeout(ctx, rt, time.Second)
			cancelOther()
			for name, ctx := range map[string]context.Context{"itself": ctx, "child": child, "std": std, "late": other} {
				rt.Go(name, func() {
					for ctx.Err() == nil {
						rt.NewWaiter().Wait(ctx)
					}
					mu.Lock()
					defer mu.Unlock()
					ended = append(ended, name)
				})
			}
			_, _ = cancel, cancelStd
			return nil
		}}}
	})
	slices.Sort(ended)
	if res.Verdict != Passed || !slices.Equal(ended, []string{"child", "itself", "late", "std"}) {
		t.Errorf("%v\n%s", ended, res.Report())
	}
}

// oneBlock is a store of one block.
type oneBlock struct{ api.BlockDataManager }

func (oneBlock) GetBlockData(string) (api.ManagedBuffer, error) {
	return api.NewBytesBuffer([]byte("eight bytes")), nil
}

// fetching is a scenario of a client that fetches a block, and keeps it or not.
func fetching(keep bool) func() Scenario {
	return func() Scenario {
		return Scenario{Main: []string{"client"}, Hosts: Hosts{
			"server": func(_ context.Context, n Node) error {
				_, err := n.Blocks(api.BlockTransferConfig{Bind: "server:7337"}, oneBlock{})
				return err
			},
			"client": func(ctx context.Context, n Node) error {
				s, err := n.Blocks(api.BlockTransferConfig{}, nil)
				if err != nil {
					return err
				}
				for _, got := range api.FetchBlocks(ctx, s, api.NewRpcAddress("server", 7337), "1", []string{"block"}) {
					if got.Err != nil {
						return got.Err
					}
					if !keep {
						got.Data.Release()
					}
				}
				return nil
			},
		}}
	}
}

// TestBufferLeak: a fetched block that its listener keeps is told.
func TestBufferLeak(t *testing.T) {
	for _, keep := range []bool{false, true} {
		res := Run(RunConfig{Seed: 2}, fetching(keep))
		switch {
		case !keep && res.Verdict != Passed:
			t.Error(res.Report())
		case keep && (res.Signature != "leak buffer client" || !strings.Contains(res.Report(), "buffer fetched block of host client, is not released")):
			t.Error(res.Signature, res.Report())
		case keep && (!strings.Contains(res.Report(), "    call Release once for each time ") || strings.Contains(res.Report(), "OnStop")):
			t.Error("it does not tell what to do:", res.Report())
		}
	}
}

// TestShrinkKeepsALeak: a leak that needs a fault is shrunk to that, and the smallest run tells where.
func TestShrinkKeepsALeak(t *testing.T) {
	scenario := func() Scenario {
		return Scenario{
			Faults: Hostile(), Safe: []string{"client", "server"}, Main: []string{"client"},
			Hosts: Hosts{
				"server": Serve("e", func(api.RpcEnv) api.RpcEndpoint {
					return api.Handlers(api.OnAsk(func(api.RpcCallContext, string) (bool, error) { return true, nil }))
				}),
				"client": func(ctx context.Context, n Node) error {
					env, err := n.RpcEnv(api.RpcEnvConfig{Bind: "-", AskTimeout: time.Second})
					if err != nil {
						return err
					}
					ref := env.EndpointRef(api.RpcEndpointAddress{Name: "e", Address: api.NewRpcAddress("server", envPort)})
					for range Ops(n, 30) {
						if _, err := api.Ask[bool](ctx, ref, "hello"); errors.Is(err, api.ErrTimeout) {
							leaveTask(n, env)
						}
						if err := api.Sleep(ctx, n.Runtime(), 300*time.Millisecond); err != nil {
							return err
						}
					}
					return nil
				},
			},
		}
	}
	found := Sweep(SweepConfig{Seeds: Seeds{First: 1, Last: 50}, MaxFailures: 1}, scenario)
	if len(found.Failures) == 0 || found.Failures[0].Signature != "leak task client renew" {
		t.Fatalf("%+v", found.Failures)
	}
	small, ok := Shrink(ShrinkConfig{Run: found.Run(found.Failures[0].Seed), Budget: 5 * time.Second}, scenario)
	if size := small.Last.Size(); !ok || size.Faults > 2 || size.Operations != 1 || !strings.Contains(small.Report(), "simulator.leaveTask(...)") {
		t.Errorf("%v, %v:\n%s", ok, size, small.Report())
	}
}
