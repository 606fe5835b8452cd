// SPDX-License-Identifier: Apache-2.0

package simulator

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

type (
	slotAsk struct {
		Slot, Use, N int
		From         api.RpcEndpointRef
	}
	slotReply struct{ Slot, Use, Square int }
)

// slots are the asks that a client has under way over one-way messages: a reply finds its ask by the number of the slot.
// One that was given up frees its slot at once; the next ask in it must not take the late reply for its own.
type slots struct {
	rt       api.Runtime
	careless bool // goes by the slot alone

	mu  api.Mutex
	all []*slot
}

type slot struct {
	taken, done bool
	use, square int
	waiter      api.Waiter
}

func (s *slots) endpoint() api.RpcEndpoint {
	return api.Handlers(api.OnSend(func(_ api.RpcCallContext, r slotReply) error {
		s.mu.Lock()
		defer s.mu.Unlock()
		one := s.all[r.Slot]
		if one.taken && !one.done && (s.careless || one.use == r.Use) {
			one.done, one.square = true, r.Square
			one.waiter.Wake()
		}
		return nil
	}))
}

// take returns a free slot and its number.
func (s *slots) take() (*slot, int) {
	i := slices.IndexFunc(s.all, func(one *slot) bool { return !one.taken })
	if i < 0 {
		i = len(s.all)
		s.all = append(s.all, &slot{})
	}
	one := s.all[i]
	one.taken, one.done, one.waiter = true, false, s.rt.NewWaiter()
	one.use++
	return one, i
}

func (s *slots) square(ctx context.Context, server, self api.RpcEndpointRef, n int) (int, error) {
	ctx, cancel := api.WithTimeout(ctx, s.rt, 20*time.Millisecond)
	defer cancel()
	s.mu.Lock()
	one, i := s.take()
	w, use := one.waiter, one.use
	s.mu.Unlock()
	if err := server.Send(slotAsk{Slot: i, Use: use, N: n, From: self}); err != nil {
		return 0, err
	}
	for {
		err := w.Wait(ctx)
		s.mu.Lock()
		done, square := one.done, one.square
		if done || err != nil {
			one.taken = false
		}
		s.mu.Unlock()
		switch {
		case done:
			return square, nil
		case err != nil:
			return 0, err
		}
	}
}

// squares is a scenario of two tasks that ask for squares through one set of slots.
func squares(careless bool) func() Scenario {
	return func() Scenario {
		return Scenario{
			Main: []string{"client"}, Safe: []string{"client"},
			Hosts: Hosts{
				"server": Serve("square", func(api.RpcEnv) api.RpcEndpoint {
					return api.Handlers(api.OnSend(func(_ api.RpcCallContext, a slotAsk) error {
						return a.From.Send(slotReply{Slot: a.Slot, Use: a.Use, Square: a.N * a.N})
					}))
				}),
				"client": func(ctx context.Context, n Node) error {
					env, err := n.RpcEnv(api.RpcEnvConfig{})
					if err != nil {
						return err
					}
					s := &slots{rt: n.Runtime(), careless: careless, mu: n.Runtime().NewMutex()}
					self, err := env.SetupEndpoint("slots", s.endpoint())
					if err != nil {
						return err
					}
					server := env.EndpointRef(api.RpcEndpointAddress{Name: "square", Address: api.NewRpcAddress("server", envPort)})
					tasks := api.NewGroup(n.Runtime())
					for task := range 2 {
						tasks.Go("asker", func() error {
							for i := range Ops(n, 20) {
								number := 100*task + i
								if got, err := s.square(ctx, server, self, number); err == nil && got != number*number {
									return fmt.Errorf("the square of %d is not %d", number, got)
								}
							}
							return nil
						})
					}
					return tasks.Wait(ctx)
				},
			},
		}
	}
}

// TestWrongReplyIsFound: a slot that is freed on cancel gives an ask the reply of another. It is found within 50 seeds,
// and shrunk to a few asks without a fault; with the number of the use in the reply nothing is.
func TestWrongReplyIsFound(t *testing.T) {
	found := Sweep(SweepConfig{Seeds: Seeds{First: 1, Last: 50}}, squares(true))
	if found.Failed == 0 || found.Failures[0].Signature != "host client" {
		t.Fatalf("not found in 50 seeds: %+v", found)
	}
	small, ok := Shrink(ShrinkConfig{Run: found.Simplest("host client"), Budget: 10 * time.Second}, squares(true))
	if size := small.Last.Size(); !ok || size.Operations > 4 || size.Faults > 0 {
		t.Errorf("%d of 50 seeds fail; shrunk to %v:\n%s", found.Failed, size, small.Report())
	}
	if right := Sweep(SweepConfig{Seeds: Seeds{First: 1, Last: 300}}, squares(false)); right.Passed != 300 {
		t.Errorf("the right twin: %+v", right.Failures)
	}
}
