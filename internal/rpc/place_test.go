// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/endtest"
	"github.com/twinwire/twinwire/memnet"
	"github.com/twinwire/twinwire/netty"
)

// place is where a body of task code runs: this machine, or a simulation.
type place struct {
	*testing.T
	ctx  context.Context
	rt   api.Runtime
	env  func(host string, cfg api.RpcEnvConfig) (api.RpcEnv, error)
	host func(host string) (network api.Network, listen string)
	sim  *memnet.World // nil on the machine
	envs []api.RpcEnv
}

// inWorlds runs body on the machine and in simulations of some seeds. Its envs are shut down behind it.
func inWorlds(t *testing.T, body func(p *place)) {
	t.Helper()
	t.Run("netty", func(t *testing.T) { onMachine(t, body) })
	t.Run("memnet", func(t *testing.T) {
		for seed := range uint64(5) {
			inSimulation(t, seed, body)
		}
	})
}

func onMachine(t *testing.T, body func(p *place)) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute) // a hang is a failure
	defer cancel()
	p := &place{T: t, ctx: ctx, rt: netty.NewRuntime()}
	p.env = func(_ string, cfg api.RpcEnvConfig) (api.RpcEnv, error) { return netty.NewRpcEnv(cfg) }
	p.host = func(string) (api.Network, string) { return netty.TCP(netty.TCPConfig{}), "127.0.0.1:0" }
	defer p.shutDown()
	body(p)
}

func inSimulation(t *testing.T, seed uint64, body func(p *place)) {
	t.Helper()
	defer func() { // also when a task ends the test
		if t.Failed() {
			t.Logf("in the simulation of seed %d", seed)
		}
	}()
	w := memnet.New(memnet.Config{Seed: seed})
	r := w.Run(func(ctx context.Context) error {
		p := &place{T: t, ctx: ctx, rt: w.Host("here").Runtime(), sim: w}
		p.env = func(host string, cfg api.RpcEnvConfig) (api.RpcEnv, error) { return w.Host(host).NewRpcEnv(cfg) }
		p.host = func(host string) (api.Network, string) { return w.Host(host).Network(), host + ":0" }
		body(p)
		p.shutDown()
		return nil
	})
	if r.Verdict != memnet.Passed {
		t.Errorf("seed %d: %v: %v, pending %v", seed, r.Verdict, r.Err, r.Pending)
	}
	if t.Failed() {
		t.FailNow()
	}
}

// shutDown ends the envs, the last made first.
func (p *place) shutDown() {
	for len(p.envs) > 0 {
		env := p.envs[len(p.envs)-1]
		p.envs = p.envs[:len(p.envs)-1]
		endtest.Must(p.ctx, p.T, p.rt, env.Shutdown)
	}
}

// server makes an env that listens at its host, client one that does not.
func (p *place) server(host string, cfg api.RpcEnvConfig) api.RpcEnv {
	_, cfg.Bind = p.host(host)
	return p.client(host, cfg)
}

func (p *place) client(host string, cfg api.RpcEnvConfig) api.RpcEnv {
	p.Helper()
	env, err := p.env(host, cfg)
	if err != nil {
		p.Fatal(err)
	}
	p.envs = append(p.envs, env)
	return env
}

// endpoint sets one up.
func (p *place) endpoint(env api.RpcEnv, name string, e api.RpcEndpoint) api.RpcEndpointRef {
	p.Helper()
	ref, err := env.SetupEndpoint(name, e)
	if err != nil {
		p.Fatal(err)
	}
	return ref
}

// from is ref as somebody at env sees it, who has looked it up.
func (p *place) from(env api.RpcEnv, ref api.RpcEndpointRef) api.RpcEndpointRef {
	p.Helper()
	remote, err := env.Lookup(p.ctx, ref.String())
	if err != nil {
		p.Fatal(err)
	}
	return remote
}

// both runs body with a reference to an endpoint of the same env, and with one of another.
func (p *place) both(cfg api.RpcEnvConfig, fresh func() api.RpcEndpoint, body func(where string, ref api.RpcEndpointRef)) {
	p.Helper()
	server := p.server("server", cfg)
	body("local", p.endpoint(server, "near", fresh()))
	body("remote", p.from(p.client("client", cfg), p.endpoint(server, "far", fresh())))
}

// patience is how long a test waits for what must happen: it ends a failing test, and passing ones do not notice.
const patience = 20 * time.Second

// news is what happened, in order.
type news[T comparable] struct {
	p *place
	q *api.Queue[T]
}

func newNews[T comparable](p *place) news[T] { return news[T]{p, api.NewQueue[T](p.rt, 0)} }

// tell adds what happened.
func (n news[T]) tell(v T) {
	if err := n.q.Put(n.p.ctx, v); err != nil {
		n.p.Error("tell:", err)
	}
}

// next waits for what happens next.
func (n news[T]) next() T {
	n.p.Helper()
	ctx, cancel := api.WithTimeout(n.p.ctx, n.p.rt, patience)
	defer cancel()
	v, err := n.q.Get(ctx)
	if err != nil {
		n.p.Fatalf("nothing happened in %v: %v", patience, err)
	}
	return v
}

// want waits for what must happen next.
func (n news[T]) want(all ...T) {
	n.p.Helper()
	for _, want := range all {
		if got := n.next(); got != want {
			n.p.Fatalf("%v happened, want %v", got, want)
		}
	}
}

// until waits for v and skips what comes before it.
func (n news[T]) until(v T) {
	n.p.Helper()
	for n.next() != v {
	}
}

// silent says that nothing more has happened.
func (n news[T]) silent() {
	n.p.Helper()
	if k := n.q.Len(); k > 0 {
		n.p.Fatalf("%d more happened, such as: %v", k, n.next())
	}
}

// mustAsk asks and wants that reply.
func (p *place) mustAsk(ref api.RpcEndpointRef, msg, want string) {
	p.Helper()
	got, err := api.Ask[string](p.ctx, ref, msg)
	if err != nil || got != want {
		p.Fatalf("asked %q at %v: got %q, %v; want %q", msg, ref, got, err, want)
	}
}

// echo replies with what it is asked.
func echo(more ...api.Handler) api.RpcEndpoint {
	return api.Handlers(append(more, api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) { return m, nil }))...)
}

// wantErr checks an error against sentinels.
func (p *place) wantErr(what string, err error, wants ...error) {
	p.Helper()
	for _, want := range wants {
		if !errors.Is(err, want) {
			p.Errorf("%s: %v; want %v", what, err, want)
		}
	}
}
