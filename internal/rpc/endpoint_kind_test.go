// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// meeting is an endpoint whose handlers wait for each other: a reply comes when as many are inside as it was made for.
func meeting(p *place, size int, kind ...api.Handler) api.RpcEndpoint {
	mu, inside, waiting := p.rt.NewMutex(), 0, []api.Waiter{}
	return api.Handlers(append(kind, api.OnAsk(func(call api.RpcCallContext, m string) (string, error) {
		mu.Lock()
		inside++
		w := p.rt.NewWaiter()
		waiting = append(waiting, w)
		full := inside == size
		mu.Unlock()
		if full {
			for _, w := range waiting {
				w.Wake()
			}
		}
		return m, w.Wait(call.Context())
	}))...)
}

// askAll asks n times at once and wants every reply.
func (p *place) askAll(ref api.RpcEndpointRef, n int) {
	p.Helper()
	g := api.NewGroup(p.rt)
	for range n {
		g.Go("ask", func() error { _, err := api.Ask[string](p.ctx, ref, "hello"); return err })
	}
	ctx, cancel := api.WithTimeout(p.ctx, p.rt, patience)
	defer cancel()
	if err := g.Wait(ctx); err != nil {
		p.Fatal(err)
	}
}

func TestConcurrentEndpoint(t *testing.T) {
	inWorlds(t, func(p *place) {
		env := p.server("server", api.RpcEnvConfig{MessageLoops: 3})
		p.askAll(p.endpoint(env, "concurrent", meeting(p, 3, api.Concurrent())), 3)
		p.askAll(p.endpoint(env, "isolated", meeting(p, 5, api.Isolated(5))), 5)
		// It takes part in all loops, and leaves them to others.
		p.mustAsk(p.endpoint(env, "serial", echo()), "hello", "hello")
	})
}

// TestIsolatedLoopsAreABound: two loops of its own handle two messages at once and no third.
func TestIsolatedLoopsAreABound(t *testing.T) {
	inWorlds(t, func(p *place) {
		mu, inside, most := p.rt.NewMutex(), 0, 0
		env := p.server("server", api.RpcEnvConfig{MessageLoops: 8})
		p.askAll(p.endpoint(env, "isolated", api.Handlers(api.Isolated(2), api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) {
			mu.Lock()
			inside++
			most = max(most, inside)
			mu.Unlock()
			err := api.Sleep(p.ctx, p.rt, 2*time.Millisecond)
			mu.Lock()
			inside--
			mu.Unlock()
			return m, err
		}))), 30)
		if most != 2 {
			p.Errorf("%d at once, want 2", most)
		}
	})
}

// TestConcurrentEndpointStartsAlone: no message before OnStart has returned.
func TestConcurrentEndpointStartsAlone(t *testing.T) {
	inWorlds(t, func(p *place) {
		started := false
		env := p.server("server", api.RpcEnvConfig{})
		go1 := newNews[string](p)
		ref := p.endpoint(env, "concurrent", api.Handlers(api.Concurrent(),
			api.OnStart(func(api.RpcEndpointRef) error { go1.want("go"); started = true; return nil }),
			api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) {
				if !started {
					p.Error("a message before OnStart has returned")
				}
				return m, nil
			}),
		))
		p.rt.AfterFunc(time.Millisecond, func() { go1.tell("go") })
		p.askAll(ref, 20)
	})
}

// TestConcurrentEndpointAsksItself, which a serial one must not.
func TestEndpointAsksItself(t *testing.T) {
	inWorlds(t, func(p *place) {
		itself := func(kind ...api.Handler) api.RpcEndpoint {
			return api.Handlers(append(kind, api.OnAsk(func(call api.RpcCallContext, n int) (int, error) {
				if n == 0 {
					return 0, nil
				}
				got, err := api.Ask[int](call.Context(), call.Self(), n-1)
				return got + 1, err
			}))...)
		}
		env := p.server("server", api.RpcEnvConfig{MessageLoops: 1})
		for name, kind := range map[string]api.Handler{"concurrent": api.Concurrent(), "isolated": api.Isolated(2)} {
			if got, err := api.Ask[int](p.ctx, p.endpoint(env, name, itself(kind)), 10); got != 10 || err != nil {
				p.Error(name, got, err)
			}
		}
		for name, kind := range map[string][]api.Handler{"serial": nil, "isolated serial": {api.Isolated(1)}} {
			_, err := api.Ask[int](p.ctx, p.endpoint(env, name, itself(kind...)), 1)
			p.wantErr(name, err, api.ErrSelfAsk)
		}
	})
}

// TestSharedLoopsAreNotStarved: handlers that block all loops, without an ask, do not keep them from the others.
func TestSharedLoopsAreNotStarved(t *testing.T) {
	inWorlds(t, func(p *place) {
		env := p.server("server", api.RpcEnvConfig{MessageLoops: 2})
		in, release := newNews[string](p), newNews[string](p)
		g := api.NewGroup(p.rt)
		for _, name := range []string{"a", "b", "c"} {
			ref := p.endpoint(env, name, api.Handlers(api.OnAsk(func(api.RpcCallContext, string) (string, error) {
				in.tell(name)
				return release.next(), nil
			})))
			g.Go("ask "+name, func() error { p.mustAsk(ref, "hello", "released"); return nil })
			in.want(name)
		}
		other := p.endpoint(env, "other", echo())
		for range 100 {
			p.mustAsk(other, "hello", "hello")
		}
		for range 3 {
			release.tell("released")
		}
		if err := g.Wait(p.ctx); err != nil {
			p.Error(err)
		}
		p.mustAsk(other, "hello", "hello")
	})
}

// TestNestedAsksLendTheirLoop: a chain of endpoints that ask each other is longer than there are loops.
func TestNestedAsksLendTheirLoop(t *testing.T) {
	inSimulation(t, 3, func(p *place) {
		env := p.server("server", api.RpcEnvConfig{MessageLoops: 1})
		start := p.rt.Now()
		next := p.endpoint(env, "last", echo())
		for _, name := range []string{"c", "b", "a"} {
			to := next
			next = p.endpoint(env, name, api.Handlers(api.OnAsk(func(call api.RpcCallContext, m string) (string, error) {
				return api.Ask[string](call.Context(), to, m)
			})))
		}
		p.mustAsk(next, "hello", "hello")
		if d := p.rt.Now().Sub(start); d > time.Millisecond {
			p.Errorf("took %v: a loop was not lent at once", d)
		}
	})
}

// TestStopAndRegisterAgain: the name is free at once; the old endpoint drains beside the new one, and what is sent goes
// to the new one.
func TestStopAndRegisterAgain(t *testing.T) {
	inWorlds(t, func(p *place) {
		env, did, release := p.server("server", api.RpcEnvConfig{}), newNews[string](p), newNews[string](p)
		version := func(v string) api.RpcEndpoint {
			return api.Handlers(
				api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) {
					if m == "wait" {
						did.tell(v + " in")
						release.next()
					}
					return v + " " + m, nil
				}),
				api.OnStop(func() error { did.tell(v + " stop"); return nil }),
			)
		}
		old := p.endpoint(env, "name", version("old"))
		remote := p.from(p.client("client", api.RpcEnvConfig{}), old)
		g := api.NewGroup(p.rt)
		g.Go("first", func() error { p.mustAsk(remote, "wait", "old wait"); return nil })
		did.want("old in")
		g.Go("queued", func() error { p.mustAsk(old, "queued", "old queued"); return nil })
		for env.Stats().PendingMessages == 0 {
			p.rt.Yield()
		}
		if _, err := env.SetupEndpoint("name", version("double")); err == nil {
			p.Error("the name of a running endpoint was given away")
		}
		env.Stop(old)
		for where, ref := range map[string]api.RpcEndpointRef{"local": old, "remote": remote} {
			_, err := api.Ask[string](p.ctx, ref, "too late")
			p.wantErr(where+" ask to a stopping endpoint", err, api.ErrEndpointNotFound)
		}
		fresh := p.endpoint(env, "name", version("new"))
		p.mustAsk(fresh, "hello", "new hello")
		p.mustAsk(remote, "hello", "new hello")
		did.silent()
		release.tell("go")
		if err := g.Wait(p.ctx); err != nil {
			p.Error(err)
		}
		did.want("old stop")
		env.Stop(old)
		p.mustAsk(remote, "again", "new again")
		did.silent()
		env.Stop(env.EndpointRef(old.Address()))
		did.want("new stop")
	})
}
