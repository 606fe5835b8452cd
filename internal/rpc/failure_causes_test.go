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
)

// unencodable cannot be encoded.
type unencodable struct{ F func() }

// unknown is a message that no endpoint here handles.
type unknown struct{ N int }

// order tells an endpoint what to do wrong.
type order struct {
	What string
	Ref  api.RpcEndpointRef
}

// clumsy fails in every way the stack has a failure for, when it is told to. env is its own.
func clumsy(env api.RpcEnv) api.RpcEndpoint {
	return api.Handlers(
		api.OnAsk(func(call api.RpcCallContext, m order) (any, error) {
			switch m.What {
			case "ask":
				return api.Ask[string](call.Context(), m.Ref, order{What: "nothing"})
			case "ask self":
				return api.Ask[string](call.Context(), env.EndpointRef(call.Self().Address()), order{})
			case "look up":
				_, err := env.Lookup(call.Context(), m.Ref.String())
				return nil, err
			case "unencodable":
				return unencodable{}, nil
			case "large":
				return strings.Repeat("x", 3000), nil
			case "silent":
				return nil, api.ErrReplyLater
			case "refuse":
				return nil, api.ErrNotAuthorized
			case "panic":
				panic(fmt.Errorf("broken: %w", errShut))
			}
			return nil, nil
		}),
	)
}

// TestStackFailures: what the stack itself ends asks with is known on the asker's side by errors.Is, at first hand and
// passed on by an endpoint that met it.
func TestStackFailures(t *testing.T) {
	inWorlds(t, func(p *place) {
		cfg := api.RpcEnvConfig{MaxMessageSize: 2000, ConnectRetries: -1}
		server, client := p.server("server", cfg), p.client("client", cfg)
		impatient := cfg
		impatient.AskTimeout = 20 * time.Millisecond
		middle, hasty := p.server("middle", cfg), p.server("hasty", impatient)
		far := client.EndpointRef(p.endpoint(server, "far", clumsy(server)).Address())
		relay := client.EndpointRef(p.endpoint(middle, "relay", clumsy(middle)).Address())
		hurry := client.EndpointRef(p.endpoint(hasty, "hurry", clumsy(hasty)).Address())
		silent := p.endpoint(server, "silent", api.Handlers(api.OnAsk(func(api.RpcCallContext, order) (string, error) { return "", api.ErrReplyLater })))
		nobody := client.EndpointRef(api.RpcEndpointAddress{Name: "nobody", Address: server.Address()})
		nowhere := client.EndpointRef(api.RpcEndpointAddress{Name: "nobody", Address: api.NewRpcAddress("127.0.0.1", 1)})
		for _, c := range []struct {
			name  string
			ref   api.RpcEndpointRef
			msg   any
			wants []error
		}{
			{"no such endpoint", nobody, order{}, []error{api.ErrEndpointNotFound}},
			{"no such endpoint, passed on", relay, order{"ask", nobody}, []error{api.ErrEndpointNotFound}},
			{"lookup, passed on", relay, order{"look up", nobody}, []error{api.ErrEndpointNotFound}},
			{"nobody listens", nowhere, order{}, []error{api.ErrConnectionClosed}},
			{"nobody listens, passed on", relay, order{"ask", nowhere}, []error{api.ErrConnectionClosed}},
			{"message cannot be encoded", far, unencodable{}, []error{api.ErrSerialization}},
			{"reply cannot be encoded", far, order{What: "unencodable"}, []error{api.ErrSerialization}},
			{"message too large", far, order{What: strings.Repeat("x", 3000)}, []error{api.ErrMessageTooLarge}},
			{"reply too large", far, order{What: "large"}, []error{api.ErrMessageTooLarge}},
			{"unknown message", far, unknown{}, []error{api.ErrUnhandled}},
			{"not authorized", far, order{What: "refuse"}, []error{api.ErrNotAuthorized}},
			{"no answer, passed on", hurry, order{"ask", silent}, []error{api.ErrTimeout}},
			{"ask to itself", relay, order{What: "ask self"}, []error{api.ErrSelfAsk}},
		} {
			err := c.ref.Ask(p.ctx, c.msg, nil)
			if err == nil {
				p.Errorf("%s: no failure", c.name)
			}
			p.wantErr(c.name, err, c.wants...)
			for name, other := range sentinels() {
				if errors.Is(err, other) && !errors.Is(c.wants[0], other) && name != "ErrReplyLater" {
					p.Errorf("%s: it is %s too: %v", c.name, name, err)
				}
			}
		}
		var late *api.TimeoutError
		if err := hurry.Ask(p.ctx, order{"ask", silent}, nil); !errors.As(err, &late) || late.Setting != "RpcEnv.AskTimeout" {
			p.Errorf("the setting of a timeout elsewhere: %v", err)
		}
		var large *api.MessageTooLargeError
		if err := far.Ask(p.ctx, order{What: "large"}, nil); !errors.As(err, &large) || large.Limit != 2000 {
			p.Errorf("the limit of a reply: %v", err)
		}
	})
}

// TestStoppingEnvSaysSo: an ask that comes to an env while it stops is told that, not that there is no endpoint.
func TestStoppingEnvSaysSo(t *testing.T) {
	inWorlds(t, func(p *place) {
		server, client := p.server("server", api.RpcEnvConfig{}), p.client("client", api.RpcEnvConfig{})
		stopping, goOn := newNews[string](p), api.NewQueue[int](p.rt, 0)
		p.endpoint(server, "slow", echo(api.OnStop(func() error {
			stopping.tell("slow")
			_, err := goOn.Get(p.ctx)
			return err
		})))
		other := client.EndpointRef(p.endpoint(server, "other", echo()).Address())
		p.mustAsk(other, "you", "you")
		g := api.NewGroup(p.rt)
		g.Go("shut down", func() error { return server.Shutdown(p.ctx) })
		stopping.want("slow")
		_, err := api.Ask[string](p.ctx, other, "you")
		p.wantErr("ask", err, api.ErrEnvStopped)
		if err := goOn.Put(p.ctx, 1); err != nil {
			p.Error(err)
		}
		if err := g.Wait(p.ctx); err != nil {
			p.Error(err)
		}
	})
}

// TestRemotePanic: the asker gets value and stack of a panic elsewhere, and prints the stack with %+v only.
func TestRemotePanic(t *testing.T) {
	inWorlds(t, func(p *place) {
		server := p.server("server", api.RpcEnvConfig{})
		near := p.endpoint(server, "e", clumsy(server))
		far := p.from(p.client("client", api.RpcEnvConfig{}), near)
		for where, err := range map[string]error{
			"local": near.Ask(p.ctx, order{What: "panic"}, nil), "remote": far.Ask(p.ctx, order{What: "panic"}, nil),
		} {
			var panicked *api.PanicError
			if !errors.As(err, &panicked) || panicked.Value != "broken: shut" || !strings.Contains(panicked.Stack, "clumsy") {
				p.Errorf("%s: %+v", where, err)
			}
			p.wantErr(where+": what it panicked with", err, errShut)
			if plain := fmt.Sprint(err); plain != "panic: broken: shut" {
				p.Errorf("%s: %s", where, plain)
			}
			if full := fmt.Sprintf("%+v", err); !strings.HasPrefix(full, "panic: broken: shut\n") || !strings.Contains(full, "clumsy") || len(full) > 17<<10 {
				p.Errorf("%s: %s", where, full)
			}
			var remote *api.RemoteError
			if errors.As(err, &remote) != (where == "remote") || remote != nil && remote.Stack == "" {
				p.Errorf("%s: a remote error: %v", where, remote)
			}
		}
	})
}

// TestFailureNamesTheEndpoint: an ask that fails by the connection or the env says which ask it was, once.
func TestFailureNamesTheEndpoint(t *testing.T) {
	inWorlds(t, func(p *place) {
		server, client := p.server("server", api.RpcEnvConfig{}), p.client("client", api.RpcEnvConfig{ConnectRetries: -1})
		arrived, told := newNews[string](p), newNews[string](p)
		never := api.OnAsk(func(c api.RpcCallContext, _ order) (int, error) {
			arrived.tell(c.Self().Name())
			return 0, api.ErrReplyLater
		})
		near := p.endpoint(server, "never", api.Handlers(never))
		far := p.from(client, near)
		own := p.endpoint(client, "own", api.Handlers(never))
		ask := func(ref api.RpcEndpointRef, want error) {
			p.rt.Go("ask", func() {
				err := ref.Ask(p.ctx, order{}, nil)
				p.wantErr(ref.String(), err, want)
				told.tell(fmt.Sprint(err))
			})
		}
		wantTold := func(ref api.RpcEndpointRef) {
			p.Helper()
			if text := told.next(); !strings.HasPrefix(text, "ask "+ref.String()+": ") || strings.Count(text, "ask ") != 1 {
				p.Errorf("%s: %s", ref, text)
			}
		}
		ask(far, api.ErrConnectionClosed)
		arrived.next()
		endtest.Must(p.ctx, p.T, p.rt, server.Shutdown)
		wantTold(far)
		ask(far, api.ErrConnectionClosed)
		wantTold(far)
		ask(own, api.ErrEnvStopped)
		arrived.next()
		endtest.Must(p.ctx, p.T, p.rt, client.Shutdown)
		wantTold(own)
	})
}
