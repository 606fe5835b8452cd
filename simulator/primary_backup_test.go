// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// The yardstick: a register whose primary passes what it is told on to a backup, every 5 ms. A client
// writes 50 numbers, 10 to 30 ms apart, while its link is cut for 200 ms and the primary crashes, both some time in the
// first second.
type (
	pbWrite struct{ ID int }
	pbBatch struct {
		Life uint64 // of the primary
		Seq  int
		IDs  []int
	}
)

// primary keeps what it is told until the backup has it. A hasty one answers first.
type primary struct {
	env    api.RpcEnv
	backup api.RpcEndpointRef
	hasty  bool
	life   uint64
	seq    int
	came   api.Waiter

	mu      sync.Mutex // never held across a scheduling point
	pending []int
	waiting []api.RpcCallContext
}

func (p *primary) endpoint() api.RpcEndpoint {
	return api.Handlers(api.OnAsk(func(call api.RpcCallContext, w pbWrite) (bool, error) {
		p.mu.Lock()
		p.pending = append(p.pending, w.ID)
		if !p.hasty {
			p.waiting = append(p.waiting, call)
		}
		p.mu.Unlock()
		p.came.Wake()
		if p.hasty {
			return true, nil
		}
		return false, api.ErrReplyLater
	}))
}

// replicate passes on what has come, again and again.
func (p *primary) replicate(ctx context.Context) error {
	for {
		for !p.holds() {
			if err := p.came.Wait(ctx); err != nil {
				return err
			}
		}
		if err := api.Sleep(ctx, p.env.Runtime(), 5*time.Millisecond); err != nil {
			return err
		}
		batch, waiting := p.take()
		for done := false; !done; {
			done, _ = api.Ask[bool](ctx, p.backup, batch) // again until the backup has it
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		for _, call := range waiting {
			if err := call.Reply(true); err != nil {
				return err
			}
		}
	}
}

// holds says whether something has come.
func (p *primary) holds() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.pending) > 0
}

// take takes what has come.
func (p *primary) take() (batch pbBatch, waiting []api.RpcCallContext) {
	p.mu.Lock()
	defer p.mu.Unlock()
	batch, waiting = pbBatch{Life: p.life, Seq: p.seq, IDs: p.pending}, p.waiting
	p.seq++
	p.pending, p.waiting = nil, nil
	return batch, waiting
}

// register is the scenario. A forgetful backup does not know a write that is sent again.
func register(hasty, forgetful bool) func() Scenario {
	return func() Scenario {
		var applied, answered []int
		return Scenario{
			Faults: Profile{
				Name: "yardstick", LatencyMin: time.Millisecond, LatencyMean: time.Millisecond,
				PartitionEvery: 700 * time.Millisecond, PartitionMin: 200 * time.Millisecond, PartitionMax: 200 * time.Millisecond,
				CrashEvery: 700 * time.Millisecond, DownMin: 10 * time.Millisecond, DownMax: 50 * time.Millisecond, Until: time.Second,
			},
			Safe: []string{"backup", "client"}, Main: []string{"client"},
			Hosts: Hosts{
				"primary": func(ctx context.Context, n Node) error {
					env, err := n.RpcEnv(api.RpcEnvConfig{AskTimeout: 100 * time.Millisecond})
					if err != nil {
						return err
					}
					p := &primary{env: env, backup: refOf(env, "backup"), hasty: hasty, life: n.Runtime().Rand().Uint64(), came: n.Runtime().NewWaiter()}
					if _, err := env.SetupEndpoint("register", p.endpoint()); err != nil {
						return err
					}
					return p.replicate(ctx)
				},
				"backup": Serve("register", func(api.RpcEnv) api.RpcEndpoint { return pbBackup(forgetful, &applied) }),
				"client": func(ctx context.Context, n Node) error { return pbClient(ctx, n, &answered) },
			},
			Checks: Checks{
				"no answered write is missing": func() error {
					for _, id := range answered {
						if !slices.Contains(applied, id) {
							return fmt.Errorf("write %d was answered, and the backup does not have it", id)
						}
					}
					return nil
				},
				"none is applied twice": func() error {
					for i, id := range applied {
						if slices.Contains(applied[:i], id) {
							return fmt.Errorf("write %d was applied again", id)
						}
					}
					return nil
				},
			},
		}
	}
}

func refOf(env api.RpcEnv, host string) api.RpcEndpointRef {
	return env.EndpointRef(api.RpcEndpointAddress{Name: "register", Address: api.NewRpcAddress(host, envPort)})
}

func pbBackup(forgetful bool, applied *[]int) api.RpcEndpoint {
	type number struct {
		life uint64
		seq  int
	}
	seen := map[number]bool{}
	return api.Handlers(api.OnAsk(func(_ api.RpcCallContext, b pbBatch) (bool, error) {
		if seen[number{b.Life, b.Seq}] {
			return true, nil
		}
		seen[number{b.Life, b.Seq}] = true
		for _, id := range b.IDs {
			if forgetful || !slices.Contains(*applied, id) {
				*applied = append(*applied, id)
			}
		}
		return true, nil
	}))
}

func pbClient(ctx context.Context, n Node, answered *[]int) error {
	env, err := n.RpcEnv(api.RpcEnvConfig{Bind: "-", AskTimeout: 100 * time.Millisecond})
	if err != nil {
		return err
	}
	for id := range Ops(n, 50) {
		pause := 10*time.Millisecond + time.Duration(n.Runtime().Rand().Int64N(int64(20*time.Millisecond)))
		if err := api.Sleep(ctx, n.Runtime(), pause); err != nil {
			return err
		}
		for done := false; !done; {
			done, _ = api.Ask[bool](ctx, refOf(env, "primary"), pbWrite{ID: id}) // again until it is answered
			if ctx.Err() != nil {
				return ctx.Err()
			}
		}
		*answered = append(*answered, id)
	}
	return api.Sleep(ctx, n.Runtime(), time.Second) // what is on its way arrives
}

// TestPrimaryBackup: both mistakes are found within 50 seeds and shrunk to one write and one fault, and without them
// nothing is found.
func TestPrimaryBackup(t *testing.T) {
	for signature, scenario := range map[string]func() Scenario{
		"check no answered write is missing": register(true, false),
		"check none is applied twice":        register(false, true),
	} {
		found := Sweep(SweepConfig{Seeds: Seeds{First: 1, Last: 50}}, scenario)
		if len(found.Failures) == 0 || found.Failures[0].Signature != signature {
			t.Errorf("%s: not found: %+v", signature, found.Failures)
			continue
		}
		s, ok := Shrink(ShrinkConfig{Run: found.Simplest(signature), Budget: time.Minute}, scenario)
		if size := s.Last.Size(); !ok || size.Operations != 1 || size.Faults != 1 {
			t.Errorf("%s: shrunk to %v\n%s", signature, size, s.Report())
		}
	}
	if right := Sweep(SweepConfig{Seeds: Seeds{First: 1, Last: 300}}, register(false, false)); right.Passed != 300 || right.Faults["crash"] < 100 {
		t.Errorf("the right register: %d of 300 pass, with %v: %v", right.Passed, right.Faults, right.Failures)
	}
}

func BenchmarkPrimaryBackup(b *testing.B) {
	seed := uint64(0)
	for b.Loop() {
		seed++
		Run(RunConfig{Seed: seed}, register(false, false))
	}
}
