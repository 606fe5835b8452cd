// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/twinwire/twinwire/api"
)

var errOops = errors.New("oops")

func TestENV08OnStartAndOnStop(t *testing.T) {
	inWorlds(t, func(p *place) {
		env, did := p.server("server", api.RpcEnvConfig{}), newNews[string](p)
		ref := p.endpoint(env, "onStart-onStop", api.Handlers(
			api.OnStart(func(api.RpcEndpointRef) error { did.tell("start"); return nil }),
			api.OnStop(func() error { did.tell("stop"); return nil }),
		))
		env.Stop(ref)
		did.want("start", "stop")
		p.shutDown()
		did.silent()
	})
}

// failing is an endpoint one of whose functions fails, and that tells of what OnError hears.
func failing(where string, heard news[error]) api.RpcEndpoint {
	fail := func(here string) error {
		if here == where {
			return errOops
		}
		return nil
	}
	return api.Handlers(
		api.OnStart(func(api.RpcEndpointRef) error { return fail("start") }),
		api.OnStop(func() error { return fail("stop") }),
		api.OnSend(func(api.RpcCallContext, string) error { return fail("receive") }),
		api.OnError(heard.tell),
	)
}

func errorReachesOnError(t *testing.T, where string) {
	inWorlds(t, func(p *place) {
		env, heard := p.server("server", api.RpcEnvConfig{}), newNews[error](p)
		ref := p.endpoint(env, "onError", failing(where, heard))
		if err := ref.Send("hello"); err != nil {
			p.Error(err)
		}
		env.Stop(ref)
		heard.want(errOops)
		p.shutDown()
		heard.silent()
	})
}

func TestENV09ErrorInOnStart(t *testing.T) { errorReachesOnError(t, "start") }
func TestENV10ErrorInOnStop(t *testing.T)  { errorReachesOnError(t, "stop") }
func TestENV11ErrorInReceive(t *testing.T) { errorReachesOnError(t, "receive") }

func TestENV12SelfInOnStart(t *testing.T) {
	inWorlds(t, func(p *place) {
		env, did := p.server("server", api.RpcEnvConfig{}), newNews[string](p)
		p.endpoint(env, "self-onStart", api.Handlers(
			api.OnStart(func(self api.RpcEndpointRef) error { return self.Send("to " + self.String()) }),
			api.OnSend(func(call api.RpcCallContext, m string) error { did.tell(m); return nil }),
		))
		did.want("to spark://self-onStart@" + env.Address().HostPort())
	})
}

func TestENV13SelfInReceive(t *testing.T) {
	inWorlds(t, func(p *place) {
		env, did := p.server("server", api.RpcEnvConfig{}), newNews[string](p)
		ref := p.endpoint(env, "self-receive", api.Handlers(
			api.OnSend(func(call api.RpcCallContext, m string) error {
				did.tell(m)
				if m == "first" {
					return call.Self().Send("second")
				}
				return nil
			}),
		))
		if err := ref.Send("first"); err != nil {
			p.Error(err)
		}
		did.want("first", "second")
	})
}

// TestENV14SelfInOnStop: a reference is a value and cannot turn null in OnStop; what is sent to it fails at once.
func TestENV14SelfInOnStop(t *testing.T) {
	inWorlds(t, func(p *place) {
		env, did := p.server("server", api.RpcEnvConfig{}), newNews[string](p)
		var self api.RpcEndpointRef
		ref := p.endpoint(env, "self-onStop", echo(
			api.OnStart(func(ref api.RpcEndpointRef) error { self = ref; return nil }),
			api.OnStop(func() error {
				_, err := api.Ask[string](p.ctx, self, "anybody?")
				p.wantErr("ask in OnStop", err, api.ErrEndpointNotFound)
				p.wantErr("send in OnStop", self.Send("anybody?"), api.ErrEndpointNotFound)
				did.tell("stop")
				return nil
			}),
		))
		env.Stop(ref)
		did.want("stop")
	})
}

func TestENV15CallReceiveInSequence(t *testing.T) {
	inWorlds(t, func(p *place) {
		const endpoints, senders, each = 100, 10, 100
		env, done := p.server("server", api.RpcEnvConfig{}), newNews[int](p)
		for i := range endpoints {
			n := 0
			ref := p.endpoint(env, fmt.Sprint("receive-in-sequence-", i), api.Handlers(
				api.OnSend(func(api.RpcCallContext, int) error { n++; return nil }),
				api.OnStop(func() error { done.tell(n); return nil }),
			))
			g := api.NewGroup(p.rt)
			for range senders {
				g.Go("send", func() error {
					for range each {
						if err := ref.Send(1); err != nil {
							return err
						}
					}
					return nil
				})
			}
			if err := g.Wait(p.ctx); err != nil {
				p.Fatal(err)
			}
			env.Stop(ref)
			done.want(senders * each)
		}
	})
}

func TestENV16StopTwice(t *testing.T) {
	inWorlds(t, func(p *place) {
		env, did := p.server("server", api.RpcEnvConfig{}), newNews[string](p)
		ref := p.endpoint(env, "stop-reentrant", api.Handlers(api.OnStop(func() error { did.tell("stop"); return nil })))
		env.Stop(ref)
		env.Stop(ref)
		did.want("stop")
		env.Stop(ref)
		p.shutDown()
		did.silent()
	})
}

func TestENV36IsolatedEndpoints(t *testing.T) {
	inWorlds(t, func(p *place) {
		env := p.server("server", api.RpcEnvConfig{MessageLoops: 1})
		in, release := newNews[string](p), newNews[string](p)
		isolated := p.endpoint(env, "isolated", api.Handlers(api.Isolated(1), api.OnAsk(func(api.RpcCallContext, string) (string, error) {
			in.tell("in")
			return release.next(), nil
		})))
		other := p.endpoint(env, "other", echo())
		g := api.NewGroup(p.rt)
		g.Go("ask the isolated", func() error { p.mustAsk(isolated, "hello", "released"); return nil })
		in.want("in")
		p.mustAsk(other, "hello", "hello")
		release.tell("released")
		if err := g.Wait(p.ctx); err != nil {
			p.Error(err)
		}
	})
}
