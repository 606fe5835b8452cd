// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"context"
	"errors"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// forward asks the receiver to ask somebody for something through Ref, or to forward it to Via first.
type forward struct {
	Ref api.RpcEndpointRef
	Via []api.RpcEndpointRef
}

type forwarded struct {
	Ref     api.RpcEndpointRef
	Relayed bool
	Error   string
	Answer  string
}

func forwarder(name string) api.RpcEndpoint {
	return api.Handlers(
		api.Concurrent(), // a message may come back while the first is still being asked
		api.OnAsk(func(call api.RpcCallContext, m forward) (forwarded, error) {
			if len(m.Via) > 0 {
				return api.Ask[forwarded](call.Context(), m.Via[0], forward{Ref: m.Ref, Via: m.Via[1:]})
			}
			answer, err := api.Ask[string](call.Context(), m.Ref, "who")
			f := forwarded{Ref: m.Ref, Relayed: m.Ref.Relayed(), Answer: answer}
			if err != nil {
				f.Error = err.Error()
			}
			return f, nil
		}),
		api.OnAsk(func(_ api.RpcCallContext, _ string) (string, error) { return name, nil }),
	)
}

// TestReferences: one that is passed on leads to its endpoint; that of a client-mode env only where it was sent first, and
// fails elsewhere, although other envs have an endpoint of that name too.
func TestReferences(t *testing.T) {
	inWorlds(t, func(p *place) {
		a, b, c, client := p.server("a", api.RpcEnvConfig{}), p.server("b", api.RpcEnvConfig{}), p.server("c", api.RpcEnvConfig{}), p.client("client", api.RpcEnvConfig{})
		atA, atB, atC := p.endpoint(a, "e", forwarder("a")), p.endpoint(b, "e", forwarder("b")), p.endpoint(c, "e", forwarder("c"))
		mine := p.endpoint(client, "e", forwarder("client"))
		if text := mine.String(); text != "spark-client://e" {
			p.Error(text)
		}
		first := client.EndpointRef(atA.Address())
		for _, test := range []struct {
			name    string
			m       forward
			answer  string
			relayed bool
		}{
			{"an address leads everywhere", forward{atC, []api.RpcEndpointRef{atB}}, "c", false},
			{"and back to the first", forward{atA, []api.RpcEndpointRef{atB, atC}}, "a", false},
			{"client mode, where it was sent", forward{mine, nil}, "client", false},
			{"client mode, passed on", forward{mine, []api.RpcEndpointRef{atB}}, "", true},
			{"client mode, passed on twice", forward{mine, []api.RpcEndpointRef{atB, atC}}, "", true},
			{"client mode, passed on and back", forward{mine, []api.RpcEndpointRef{atB, atA}}, "", true},
		} {
			got, err := api.Ask[forwarded](p.ctx, first, test.m)
			if err != nil {
				p.Errorf("%s: %v", test.name, err)
				continue
			}
			if got.Answer != test.answer || got.Relayed != test.relayed || (got.Error == "") == test.relayed || !got.Ref.Equal(test.m.Ref) {
				p.Errorf("%s: %+v", test.name, got)
			}
			if test.relayed && !strings.Contains(got.Error, "ask spark-client://e: unbound endpoint reference: it was passed on") {
				p.Errorf("%s: %s", test.name, got.Error)
			}
			if test.relayed { // it has come back to its own env, and does not lead astray there either
				p.wantErr(test.name, got.Ref.Send("who"), api.ErrUnboundRef)
			}
		}
	})
}

// TestReferenceDiesWithItsConnection: that of a client-mode env.
func TestReferenceDiesWithItsConnection(t *testing.T) {
	inWorlds(t, func(p *place) {
		refs := newNews[api.RpcEndpointRef](p)
		server := p.server("server", api.RpcEnvConfig{})
		registry := p.endpoint(server, "registry", api.Handlers(api.OnAsk(func(_ api.RpcCallContext, m greeting) (string, error) {
			refs.tell(m.From)
			return "", nil
		})))
		client := p.client("client", api.RpcEnvConfig{})
		mine := p.endpoint(client, "mine", echo())
		if _, err := api.Ask[string](p.ctx, client.EndpointRef(registry.Address()), greeting{From: mine}); err != nil {
			p.Fatal(err)
		}
		ref := refs.next()
		p.mustAsk(ref, "you", "you")
		p.shutDownLast()
		_, err := api.Ask[string](p.ctx, ref, "you")
		p.wantErr("ask", err, api.ErrConnectionClosed)
	})
}

// shutDownLast ends the env made last.
func (p *place) shutDownLast() {
	env := p.envs[len(p.envs)-1]
	p.envs = p.envs[:len(p.envs)-1]
	if err := env.Shutdown(p.ctx); err != nil {
		p.Error("shutdown:", err)
	}
}

// nameService is a Network on which the host "service" is where target says, as a name service would.
type nameService struct {
	api.Network
	target func() string
	dialed *[]string
}

func (n nameService) Dial(ctx context.Context, addr string) (net.Conn, error) {
	*n.dialed = append(*n.dialed, addr)
	return n.Network.Dial(ctx, n.target())
}

// TestNamesAreResolvedAgain: each new connection dials the name anew, so a service that has moved is found.
func TestNamesAreResolvedAgain(t *testing.T) {
	inWorlds(t, func(p *place) {
		network, _ := p.host("client")
		var dialed []string
		var at api.RpcAddress
		client := p.client("client", api.RpcEnvConfig{
			Network:        nameService{network, func() string { return at.HostPort() }, &dialed}, //nolint:gocritic // where it is then, not now
			ConnectRetries: 20, ConnectRetryWait: 5 * time.Millisecond,
		})
		ref := client.EndpointRef(api.RpcEndpointAddress{Name: "e", Address: api.NewRpcAddress("service", 7077)})
		for range 3 {
			server := p.server("server", api.RpcEnvConfig{})
			at = server.Address()
			p.endpoint(server, "e", echo())
			p.until("the end of the connection before", func() bool { return client.Stats().OpenConnections == 0 })
			p.mustAsk(ref, "you", "you")
			p.shutDownLast()
		}
		if want := []string{"service:7077", "service:7077", "service:7077"}; !slices.Equal(dialed, want) {
			p.Errorf("dialed %v", dialed)
		}
	})
}

// TestRelayedReferenceOfThatName: a client-mode env does not take the reference to another client-mode env's endpoint for
// its own one of that name, whose address is the same.
func TestRelayedReferenceOfThatName(t *testing.T) {
	inWorlds(t, func(p *place) {
		server, one, two := p.server("server", api.RpcEnvConfig{}), p.client("one", api.RpcEnvConfig{}), p.client("two", api.RpcEnvConfig{})
		var kept api.RpcEndpointRef
		box := p.endpoint(server, "box", api.Handlers(
			api.OnAsk(func(_ api.RpcCallContext, m greeting) (string, error) { kept = m.From; return "", nil }),
			api.OnAsk(func(api.RpcCallContext, string) (greeting, error) { return greeting{From: kept}, nil }),
		))
		others, own := p.endpoint(one, "e", echo()), p.endpoint(two, "e", echo())
		if _, err := api.Ask[string](p.ctx, p.from(one, box), greeting{From: others}); err != nil {
			p.Fatal(err)
		}
		got, err := api.Ask[greeting](p.ctx, p.from(two, box), "")
		if err != nil || !got.From.Relayed() {
			p.Fatal(got, err)
		}
		for _, env := range []api.RpcEnv{two, server} {
			gone := api.NewQueue[error](p.rt, 0)
			stop := env.Watch(got.From, func(cause error) { _ = gone.Put(p.ctx, cause) })
			ctx, cancel := api.WithTimeout(p.ctx, p.rt, patience)
			cause, err := gone.Get(ctx)
			cancel()
			stop()
			if err != nil || !errors.Is(cause, api.ErrUnboundRef) {
				p.Errorf("watched: %v, %v", cause, err)
			}
			env.Stop(got.From)
		}
		p.mustAsk(own, "you", "you")
		p.mustAsk(others, "you", "you")
	})
}
