// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"errors"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// told is what a watch told.
type told struct{ n news[string] }

func (w told) gone(cause error) { w.n.tell(w.cause(cause)) }

// cause is the sentinel that an end matches.
func (w told) cause(cause error) string {
	for _, s := range []error{api.ErrEndpointStopped, api.ErrEndpointNotFound, api.ErrEnvStopped, api.ErrTimeout, api.ErrConnectionClosed, api.ErrUnboundRef} {
		if errors.Is(cause, s) {
			return s.Error()
		}
	}
	return cause.Error()
}

func (w told) want(cause error) {
	w.n.p.Helper()
	w.n.want(cause.Error())
}

// until waits for what must come about.
func (p *place) until(what string, come func() bool) {
	p.Helper()
	for range int(patience / time.Millisecond) {
		if come() {
			return
		}
		if err := api.Sleep(p.ctx, p.rt, time.Millisecond); err != nil {
			p.Fatal(err)
		}
	}
	p.Fatalf("not in %v: %s", patience, what)
}

// watch watches ref from env, and waits until the env of ref, server, knows it: it has had two questions.
func (p *place) watch(env, server api.RpcEnv, ref api.RpcEndpointRef, gone func(error)) (stop func()) {
	p.Helper()
	before := server.Stats().Delivered
	stop = env.Watch(ref, gone)
	p.until("the watch reaches its env", func() bool { return server.Stats().Delivered >= before+2 })
	return stop
}

// TestWatchStop: the end of an endpoint is told after its OnStop, once, here and elsewhere.
func TestWatchStop(t *testing.T) {
	inWorlds(t, func(p *place) {
		order := newNews[string](p)
		server := p.server("server", api.RpcEnvConfig{})
		near := p.endpoint(server, "e", echo(api.OnStop(func() error { order.tell("stopped"); return nil })))
		client := p.client("client", api.RpcEnvConfig{})
		far := client.EndpointRef(near.Address())
		w := told{order}
		server.Watch(near, w.gone)
		p.watch(client, server, far, w.gone)
		client.Watch(far, func(error) { t.Error("told after stop") })()
		server.Watch(near, func(error) { t.Error("told after stop") })()
		p.until("1 watches", func() bool { return client.Stats().Watches == 1 })
		server.Stop(near)
		order.want("stopped")
		w.want(api.ErrEndpointStopped)
		w.want(api.ErrEndpointStopped)
		p.until("0 watches", func() bool { return client.Stats().Watches == 0 })
		p.until("0 watches", func() bool { return server.Stats().Watches == 0 })
		client.Watch(far, w.gone)
		w.want(api.ErrEndpointNotFound)
		server.Watch(near, w.gone)
		w.want(api.ErrEndpointNotFound)
		order.silent()
	})
}

// TestWatchIsOfOneEndpoint: another endpoint with the same name is another endpoint.
func TestWatchIsOfOneEndpoint(t *testing.T) {
	inWorlds(t, func(p *place) {
		server, client := p.server("server", api.RpcEnvConfig{}), p.client("client", api.RpcEnvConfig{})
		first := p.endpoint(server, "e", echo())
		w := told{newNews[string](p)}
		p.watch(client, server, client.EndpointRef(first.Address()), w.gone)
		server.Stop(first)
		p.endpoint(server, "e", echo())
		w.want(api.ErrEndpointStopped)
		p.watch(client, server, client.EndpointRef(first.Address()), w.gone)
		w.n.silent()
	})
}

// TestWatchEnvs: the orderly end of the watched env, and of the watching one.
func TestWatchEnvs(t *testing.T) {
	inWorlds(t, func(p *place) {
		server, client := p.server("server", api.RpcEnvConfig{}), p.client("client", api.RpcEnvConfig{})
		other := p.server("other", api.RpcEnvConfig{})
		one, two := p.endpoint(server, "one", echo()), p.endpoint(other, "two", echo())
		w, own := told{newNews[string](p)}, told{newNews[string](p)}
		p.watch(client, server, client.EndpointRef(one.Address()), w.gone)
		p.watch(client, other, client.EndpointRef(two.Address()), own.gone)
		if err := server.Shutdown(p.ctx); err != nil {
			p.Error(err)
		}
		w.want(api.ErrEndpointStopped)
		own.n.silent()
		if err := client.Shutdown(p.ctx); err != nil {
			p.Error(err)
		}
		own.want(api.ErrEnvStopped)
		client.Watch(client.EndpointRef(two.Address()), own.gone)
		own.want(api.ErrEnvStopped)
	})
}

// TestWatchUnreachable: an env that cannot be reached is taken to be gone after the attempts of the outbox.
func TestWatchUnreachable(t *testing.T) {
	inWorlds(t, func(p *place) {
		client := p.client("client", api.RpcEnvConfig{ConnectRetries: 1, ConnectRetryWait: time.Millisecond})
		w := told{newNews[string](p)}
		client.Watch(client.EndpointRef(api.RpcEndpointAddress{Name: "e", Address: api.NewRpcAddress("127.0.0.1", 1)}), w.gone)
		w.want(api.ErrConnectionClosed)
		if n := client.Stats().ConnectRetries; n != 1 {
			p.Errorf("%d repeated attempts", n)
		}
	})
}

// TestWatchClientMode: the endpoint of a client-mode env is watched over its connection, with which it ends.
func TestWatchClientMode(t *testing.T) {
	inWorlds(t, func(p *place) {
		server := p.server("server", api.RpcEnvConfig{})
		w := told{newNews[string](p)}
		refs := newNews[api.RpcEndpointRef](p)
		registry := p.endpoint(server, "registry", api.Handlers(api.OnAsk(func(_ api.RpcCallContext, m greeting) (string, error) {
			refs.tell(m.From)
			return "registered", nil
		})))
		for _, name := range []string{"stops", "vanishes"} {
			client := p.client("client", api.RpcEnvConfig{})
			mine := p.endpoint(client, name, echo())
			if _, err := api.Ask[string](p.ctx, client.EndpointRef(registry.Address()), greeting{From: mine}); err != nil {
				p.Fatal(err)
			}
			p.watch(server, client, refs.next(), w.gone)
			if name == "stops" {
				client.Stop(mine)
				w.want(api.ErrEndpointStopped)
				continue
			}
			ctx, cancel := api.WithCancel(p.ctx, p.rt)
			cancel()
			_ = client.Shutdown(ctx) // the endpoint does not get to its end in order
			if cause := w.n.next(); cause != api.ErrEndpointStopped.Error() && cause != api.ErrConnectionClosed.Error() {
				p.Error(cause)
			}
		}
		server.Watch(server.EndpointRef(api.RpcEndpointAddress{Name: "whose"}), w.gone)
		w.want(api.ErrUnboundRef)
	})
}

// TestWatchKeepsQuiet: an endpoint that lives is not told to be gone, over many questions and silent connections, and a
// watch costs the env no asks.
func TestWatchKeepsQuiet(t *testing.T) {
	inWorlds(t, func(p *place) {
		cfg := api.RpcEnvConfig{WatchTimeout: 150 * time.Millisecond, ConnectionTimeout: 150 * time.Millisecond}
		questions := uint64(6)
		if p.Name() == "TestWatchKeepsQuiet/netty" { // a busy machine must not look like a silent env
			cfg.WatchTimeout, cfg.ConnectionTimeout = 3*time.Second, 400*time.Millisecond
			questions = 3
		}
		server, client := p.server("server", cfg), p.client("client", cfg)
		ref := p.endpoint(server, "e", echo())
		w := told{newNews[string](p)}
		client.Watch(client.EndpointRef(ref.Address()), w.gone)
		p.until("some questions", func() bool { return server.Stats().Delivered >= questions })
		w.n.silent()
		if s := client.Stats(); s.Asks != 0 || s.Failures != 0 || s.Watches != 1 {
			p.Errorf("%+v", s)
		}
	})
}

// TestWatchInHandler: an endpoint hears of another's end in the order of its messages.
func TestWatchInHandler(t *testing.T) {
	inWorlds(t, func(p *place) {
		server, client := p.server("server", api.RpcEnvConfig{}), p.client("client", api.RpcEnvConfig{})
		peer := p.endpoint(server, "peer", echo())
		heard := newNews[string](p)
		// What is gone comes as a message, in the order of the others.
		p.endpoint(client, "watcher", api.Handlers(
			api.OnStart(func(self api.RpcEndpointRef) error {
				client.Watch(client.EndpointRef(peer.Address()), func(cause error) {
					if err := self.Send(cause.Error()); err != nil {
						t.Error(err)
					}
				})
				return nil
			}),
			api.OnSend(func(_ api.RpcCallContext, cause string) error { heard.tell(cause); return nil }),
		))
		p.mustAsk(client.EndpointRef(peer.Address()), "you", "you")
		server.Stop(peer)
		if got := heard.next(); got != "watch "+peer.String()+": "+api.ErrEndpointStopped.Error() && got != "watch "+peer.String()+": "+api.ErrEndpointNotFound.Error() {
			p.Error(got)
		}
	})
}
