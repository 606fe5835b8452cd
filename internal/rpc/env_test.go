// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/endtest"
	"github.com/twinwire/twinwire/netty"
)

type hello struct{ Name string }

type greeting struct {
	Text string
	From api.RpcEndpointRef
}

type refused struct{ Code int }

func (e *refused) Error() string { return fmt.Sprint("refused with code ", e.Code) }

var errShut = errors.New("shut")

func newEnv(t *testing.T, cfg netty.Config) api.RpcEnv {
	t.Helper()
	env, err := netty.NewRpcEnv(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { endtest.Must(t.Context(), t, env.Runtime(), env.Shutdown) })
	return env
}

func greeter(env api.RpcEnv) api.RpcEndpoint {
	var self api.RpcEndpointRef
	return api.Handlers(
		api.OnStart(func(ref api.RpcEndpointRef) error { self = ref; return nil }),
		api.OnAsk(func(_ api.RpcCallContext, m hello) (greeting, error) {
			switch m.Name {
			case "typed":
				return greeting{}, fmt.Errorf("greet: %w", &refused{Code: 7})
			case "sentinel":
				return greeting{}, errShut
			case "panic":
				panic("boom")
			}
			return greeting{Text: "hello " + m.Name, From: self}, nil
		}),
	)
}

func TestAskOverTCP(t *testing.T) {
	server := newEnv(t, netty.Config{Bind: "127.0.0.1:0"})
	if _, err := server.SetupEndpoint("greeter", greeter(server)); err != nil {
		t.Fatal(err)
	}
	client := newEnv(t, netty.Config{})
	ref, err := client.Lookup(t.Context(), "spark://greeter@"+server.Address().HostPort())
	if err != nil {
		t.Fatal(err)
	}
	got, err := api.Ask[greeting](t.Context(), ref, hello{Name: "you"})
	if err != nil || got.Text != "hello you" {
		t.Fatalf("got %+v, %v", got, err)
	}
	again, err := api.Ask[greeting](t.Context(), got.From, hello{Name: "again"})
	if err != nil || again.Text != "hello again" {
		t.Fatalf("through the received reference: %+v, %v", again, err)
	}
	var typed *refused
	if _, err := api.Ask[greeting](t.Context(), ref, hello{Name: "typed"}); !errors.As(err, &typed) || typed.Code != 7 {
		t.Fatalf("typed error: %v", err)
	}
	if _, err := api.Ask[greeting](t.Context(), ref, hello{Name: "sentinel"}); !errors.Is(err, errShut) {
		t.Fatalf("sentinel: %v", err)
	}
	if _, err := api.Ask[greeting](t.Context(), ref, hello{Name: "panic"}); err == nil || !strings.Contains(err.Error(), "boom") {
		t.Fatalf("panic: %v", err)
	}
	if _, err := client.Lookup(t.Context(), "spark://nobody@"+server.Address().HostPort()); !errors.Is(err, api.ErrEndpointNotFound) {
		t.Fatalf("unknown endpoint: %v", err)
	}
}

func TestAskTimeoutNamesItsSetting(t *testing.T) {
	env := newEnv(t, netty.Config{Bind: "127.0.0.1:0", AskTimeout: 20 * time.Millisecond})
	_, err := env.SetupEndpoint("silent", api.Handlers(api.OnAsk(func(api.RpcCallContext, hello) (greeting, error) {
		return greeting{}, api.ErrReplyLater
	})))
	if err != nil {
		t.Fatal(err)
	}
	client := newEnv(t, netty.Config{AskTimeout: 20 * time.Millisecond})
	ref := client.EndpointRef(api.RpcEndpointAddress{Name: "silent", Address: env.Address()})
	_, err = api.Ask[greeting](t.Context(), ref, hello{})
	if !errors.Is(err, api.ErrTimeout) || !strings.Contains(err.Error(), "RpcEnv.AskTimeout") {
		t.Fatal(err)
	}
}

// TestStopIsLocal: a reference to an endpoint of another env stops nothing here.
func TestStopIsLocal(t *testing.T) {
	a, b := newEnv(t, netty.Config{Bind: "127.0.0.1:0"}), newEnv(t, netty.Config{Bind: "127.0.0.1:0"})
	mine, err := a.SetupEndpoint("greeter", greeter(a))
	if err != nil {
		t.Fatal(err)
	}
	other, err := b.SetupEndpoint("greeter", greeter(b))
	if err != nil {
		t.Fatal(err)
	}
	a.Stop(other)
	if _, err := api.Ask[greeting](t.Context(), mine, hello{Name: "still here"}); err != nil {
		t.Error(err)
	}
	a.Stop(mine)
	if _, err := api.Ask[greeting](t.Context(), mine, hello{}); !errors.Is(err, api.ErrEndpointNotFound) {
		t.Errorf("after its own stop: %v", err)
	}
}
