// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/endtest"
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
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
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
	came := api.OnConnected(func(api.RpcAddress) {})
	for name, table := range map[string][]api.Handler{
		"ask": {ask, ask}, "start": {start, start}, "connected": {came, came},
		"concurrent": {api.Concurrent(), api.Concurrent()}, "isolated": {api.Isolated(1), api.Isolated(2)},
	} {
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

// TestPointerMessages: a handler may take a pointer, whatever is sent: the message or a pointer to it, here or elsewhere.
func TestPointerMessages(t *testing.T) {
	server, err := netty.NewRpcEnv(netty.Config{Bind: "127.0.0.1:0"})
	if err != nil {
		t.Fatal(err)
	}
	ref, err := server.SetupEndpoint("e", api.Handlers(
		api.OnAsk(func(_ api.RpcCallContext, m *add) (int, error) { return m.N, nil }),
		api.OnAsk(func(_ api.RpcCallContext, m reset) (int, error) { return -1, nil }),
	))
	if err != nil {
		t.Fatal(err)
	}
	client, err := netty.NewRpcEnv(netty.Config{})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []api.RpcEndpointRef{ref, client.EndpointRef(ref.Address())} {
		for _, m := range []any{add{N: 3}, &add{N: 3}} {
			if n, err := api.Ask[int](t.Context(), r, m); n != 3 || err != nil {
				t.Errorf("%T: %d, %v", m, n, err)
			}
		}
		for _, m := range []any{reset{}, &reset{}} {
			if n, err := api.Ask[int](t.Context(), r, m); n != -1 || err != nil {
				t.Errorf("%T: %d, %v", m, n, err)
			}
		}
	}
	for _, env := range []api.RpcEnv{client, server} {
		endtest.Must(t.Context(), t, env.Runtime(), env.Shutdown)
	}
}

// TestHandlersAreWhatTheirTableSays: an env finds out by type assertion, and what is not in the table costs nothing.
func TestHandlersAreWhatTheirTableSays(t *testing.T) {
	onError := api.OnError(func(error) {})
	for name, c := range map[string]struct {
		table            []api.Handler
		observes, errors bool
	}{
		"nothing":      {nil, false, false},
		"errors":       {[]api.Handler{onError}, false, true},
		"connected":    {[]api.Handler{api.OnConnected(func(api.RpcAddress) {})}, true, false},
		"disconnected": {[]api.Handler{api.OnDisconnected(func(api.RpcAddress) {})}, true, false},
		"both":         {[]api.Handler{api.OnNetworkError(func(error, api.RpcAddress) {}), onError}, true, true},
	} {
		e := api.Handlers(c.table...)
		observer, observes := e.(api.NetworkObserver)
		_, errors := e.(api.ErrorHandler)
		if observes != c.observes || errors != c.errors {
			t.Errorf("%s: observes %v, handles errors %v", name, observes, errors)
		}
		if observes { // what the table leaves out does nothing
			observer.OnConnected(api.RpcAddress{})
			observer.OnDisconnected(api.RpcAddress{})
			observer.OnNetworkError(nil, api.RpcAddress{})
		}
	}
	e := api.Handlers(api.Concurrent(), api.Isolated(3))
	if !e.(api.ConcurrentEndpoint).HandlesConcurrently() || e.(api.IsolatedEndpoint).OwnLoops() != 3 {
		t.Error("concurrent and isolated")
	}
	e = api.Handlers()
	if e.(api.ConcurrentEndpoint).HandlesConcurrently() || e.(api.IsolatedEndpoint).OwnLoops() != 0 {
		t.Error("neither concurrent nor isolated")
	}
}
