// SPDX-License-Identifier: Apache-2.0

package history_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/simulator"
	"github.com/twinwire/twinwire/simulator/history"
)

// op reads a register, or writes To into it if Write is set.
type op struct {
	Key   string
	Write bool
	To    int
}

func register() history.Model[int, op, int] {
	return history.Model[int, op, int]{
		Step: func(now int, o op) (int, int) {
			if o.Write {
				return o.To, 0
			}
			return now, now
		},
		Key: func(o op) string { return o.Key },
	}
}

func write(to int) op { return op{Key: "x", Write: true, To: to} }

var read = op{Key: "x"}

func TestCheck(t *testing.T) {
	type recorder = *history.History[int, op, int]
	for name, c := range map[string]struct {
		record func(h recorder)
		want   string
	}{
		"nothing": {func(recorder) {}, ""},
		"write, then read it": {func(h recorder) {
			h.Call("a", write(1)).Return(0)
			h.Call("b", read).Return(1)
		}, ""},
		"write, then read what was before": {func(h recorder) {
			h.Call("a", write(1)).Return(0)
			h.Call("b", read).Return(0)
		}, `no order of the 2 calls of key x explains what was seen; the last are a: {Key:x Write:true To:1} = 0; b: {Key:x Write:false To:0} = 0`},
		"read during a write": {func(h recorder) {
			w := h.Call("a", write(1))
			h.Call("b", read).Return(1)
			h.Call("c", read).Return(1)
			w.Return(0)
		}, ""},
		"back during a write": {func(h recorder) {
			w := h.Call("a", write(1))
			h.Call("b", read).Return(1)
			h.Call("c", read).Return(0)
			w.Return(0)
		}, "no order"},
		"a lost write may take effect": {func(h recorder) {
			h.Call("a", write(1)).Lost()
			h.Call("b", read).Return(0)
			h.Call("b", read).Return(1)
		}, ""},
		"a lost write may never take effect": {func(h recorder) {
			h.Call("a", write(1)).Lost()
			h.Call("a", write(2)).Return(0)
			h.Call("b", read).Return(2)
		}, ""},
		"a lost write takes effect once": {func(h recorder) {
			h.Call("a", write(1)).Lost()
			h.Call("b", read).Return(1)
			h.Call("b", write(2)).Return(0)
			h.Call("b", read).Return(1)
		}, "no order"},
		"a refused write has no effect": {func(h recorder) {
			h.Call("a", write(1)).Refused()
			h.Call("b", read).Return(1)
		}, "no order"},
		"keys apart": {func(h recorder) {
			h.Call("a", write(1)).Return(0)
			h.Call("b", op{Key: "y"}).Return(0)
		}, ""},
	} {
		h := history.New(register())
		c.record(h)
		err := h.Check()
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

// TestUndecided: a search that ends too early says so, and what made it long.
func TestUndecided(t *testing.T) {
	h := history.New(register())
	for i := range 2000 {
		h.Call(fmt.Sprint(i), write(i)).Lost()
	}
	h.Call("reader", read).Return(-1)
	err := h.CheckWithin(time.Millisecond)
	if !errors.Is(err, history.ErrUndecided) || !strings.Contains(err.Error(), "within 1ms for 2001 calls of key x, 2000 of them lost: ") {
		t.Errorf("got %v", err)
	}
}

// A register that is kept in the memory of a server which may crash is not linearizable.
func Example() {
	scenario := func() simulator.Scenario {
		seen := history.New(register())
		client := func(ctx context.Context, n simulator.Node) error {
			env, err := n.RpcEnv(api.RpcEnvConfig{Bind: "-", AskTimeout: time.Second})
			if err != nil {
				return err
			}
			address, err := n.Address("server")
			if err != nil {
				return err
			}
			ref := env.EndpointRef(api.RpcEndpointAddress{Name: "register", Address: address})
			for i := range simulator.Ops(n, 20) {
				o := op{Key: "x", Write: i%2 == 0, To: i}
				call := seen.Call(n.Name(), o)
				if got, err := api.Ask[int](ctx, ref, o); err == nil {
					call.Return(got)
				} else {
					call.Lost()
				}
			}
			return nil
		}
		serve := simulator.Serve("register", func(api.RpcEnv) api.RpcEndpoint {
			now := 0
			return api.Handlers(api.OnAsk(func(_ api.RpcCallContext, o op) (int, error) {
				if o.Write {
					now = o.To
					return 0, nil
				}
				return now, nil
			}))
		})
		return simulator.Scenario{
			Hosts:  simulator.Hosts{"server": serve, "ann": client, "bob": client},
			Main:   []string{"ann", "bob"},
			Faults: simulator.Hostile(),
			Checks: simulator.Checks{"linearizable": seen.Check},
		}
	}
	found := simulator.Sweep(simulator.SweepConfig{Seeds: simulator.Seeds{First: 1, Last: 100}, MaxFailures: 1}, scenario)
	fmt.Println(found.Failures[0].Signature)
	// Output: check linearizable
}
