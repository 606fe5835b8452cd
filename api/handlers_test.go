// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/netty"
)

type add struct{ N int }

type reset struct{}

var errNegative = errors.New("counter: negative")

// counter is an endpoint made of typed functions: one message at a time, so n needs no lock.
func counter() api.RpcEndpoint {
	n := 0
	return api.Handlers(
		api.OnAsk(func(_ api.RpcCallContext, m add) (int, error) {
			if m.N < 0 {
				return 0, errNegative
			}
			n += m.N
			return n, nil
		}),
		api.OnSend(func(api.RpcCallContext, reset) error { n = 0; return nil }),
	)
}

func Example() {
	ctx := context.Background()
	server, err := netty.NewRpcEnv(netty.Config{Bind: "127.0.0.1:0"})
	if err != nil {
		panic(err)
	}
	if _, err := server.SetupEndpoint("counter", counter()); err != nil {
		panic(err)
	}
	client, err := netty.NewRpcEnv(netty.Config{})
	if err != nil {
		panic(err)
	}
	ref, err := client.Lookup(ctx, "spark://counter@"+server.Address().HostPort())
	if err != nil {
		panic(err)
	}
	fmt.Println(api.Ask[int](ctx, ref, add{N: 2}))
	fmt.Println(api.Ask[int](ctx, ref, add{N: 3}))
	_, err = api.Ask[int](ctx, ref, add{N: -1})
	fmt.Println(errors.Is(err, errNegative), err)
	for _, env := range []api.RpcEnv{client, server} {
		if err := env.Shutdown(ctx); err != nil {
			panic(err)
		}
	}
	// Output:
	// 2 <nil>
	// 5 <nil>
	// true counter: negative
}

func TestHandlersPanicOnDoubles(t *testing.T) {
	ask := api.OnAsk(func(api.RpcCallContext, add) (int, error) { return 0, nil })
	start := api.OnStart(func(api.RpcEndpointRef) error { return nil })
	for name, table := range map[string][]api.Handler{"ask": {ask, ask}, "start": {start, start}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s twice was taken", name)
				}
			}()
			api.Handlers(table...)
		}()
	}
}

func TestUnboundReference(t *testing.T) {
	var ref api.RpcEndpointRef
	if err := ref.UnmarshalText([]byte("spark://a@h:1")); err != nil {
		t.Fatal(err)
	}
	for _, r := range []api.RpcEndpointRef{ref, {}} {
		if err := r.Send(1); !errors.Is(err, api.ErrUnboundRef) {
			t.Error(err)
		}
		if _, err := api.Ask[int](t.Context(), r, 1); !errors.Is(err, api.ErrUnboundRef) {
			t.Error(err)
		}
	}
}
