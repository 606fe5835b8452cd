// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// diary is an endpoint that tells all it does.
func diary(did news[string], more ...api.Handler) api.RpcEndpoint {
	return api.Handlers(append(more,
		api.OnStart(func(api.RpcEndpointRef) error { did.tell("start"); return nil }),
		api.OnSend(func(_ api.RpcCallContext, m string) error { did.tell("receive " + m); return nil }),
		api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) { did.tell("asked " + m); return m, nil }),
		api.OnStop(func() error { did.tell("stop"); return nil }),
	)...)
}

func TestINB01Post(t *testing.T) {
	inWorlds(t, func(p *place) {
		env, did := p.server("server", api.RpcEnvConfig{}), newNews[string](p)
		ref := p.endpoint(env, "inbox", diary(did))
		if err := ref.Send("hi"); err != nil {
			p.Error(err)
		}
		env.Stop(ref)
		did.want("start", "receive hi", "stop")
		p.shutDown()
		did.silent()
	})
}

func TestINB02PostWithReply(t *testing.T) {
	inWorlds(t, func(p *place) {
		env, did := p.server("server", api.RpcEnvConfig{}), newNews[string](p)
		ref := p.endpoint(env, "inbox", diary(did))
		p.mustAsk(ref, "hi", "hi")
		env.Stop(ref)
		did.want("start", "asked hi", "stop")
		p.shutDown()
		did.silent()
	})
}

// manyPosts has tasks send while the endpoint is stopped: each message is handled or refused.
func manyPosts(t *testing.T, kind ...api.Handler) {
	inWorlds(t, func(p *place) {
		const tasks, each = 10, 100
		env, did := p.server("server", api.RpcEnvConfig{}), newNews[string](p)
		mu := p.rt.NewMutex()
		handled, refused, inside := 0, 0, 0
		count := func(n *int, by int) {
			mu.Lock()
			*n += by
			mu.Unlock()
		}
		ref := p.endpoint(env, "inbox", api.Handlers(append(kind,
			api.OnStart(func(api.RpcEndpointRef) error { did.tell("start"); return nil }),
			api.OnSend(func(api.RpcCallContext, int) error {
				count(&inside, 1)
				p.rt.Yield()
				count(&handled, 1)
				count(&inside, -1)
				return nil
			}),
			api.OnStop(func() error {
				if inside != 0 {
					p.Errorf("OnStop while %d handlers run", inside)
				}
				did.tell("stop")
				return nil
			}),
		)...))
		g := api.NewGroup(p.rt)
		for range tasks {
			g.Go("post", func() error {
				for range each {
					switch err := ref.Send(1); {
					case errors.Is(err, api.ErrEndpointNotFound):
						count(&refused, 1)
					case err != nil:
						return err
					}
				}
				return nil
			})
		}
		g.Go("stop", func() error { p.rt.Yield(); env.Stop(ref); return nil })
		if err := g.Wait(p.ctx); err != nil {
			p.Error(err)
		}
		did.want("start", "stop")
		if handled+refused != tasks*each {
			p.Errorf("%d handled + %d refused, want %d", handled, refused, tasks*each)
		}
		p.shutDown()
		did.silent()
	})
}

func TestINB03PostByManyTasks(t *testing.T)      { manyPosts(t) }
func TestPostByManyTasksConcurrent(t *testing.T) { manyPosts(t, api.Concurrent()) }
func TestPostByManyTasksIsolated(t *testing.T)   { manyPosts(t, api.Isolated(3)) }

// TestINB07EndedTask: a handler that ends its task, the one thing that cannot be caught, costs its own asker's outcome
// alone. In a simulation it would end the run, as t.Fatal must.
func TestINB07EndedTask(t *testing.T) {
	for name, kind := range map[string][]api.Handler{"serial": nil, "concurrent": {api.Concurrent()}, "isolated": {api.Isolated(1)}} {
		t.Run(name, func(t *testing.T) {
			onMachine(t, func(p *place) {
				env := p.server("server", api.RpcEnvConfig{MessageLoops: 1})
				ref := p.endpoint(env, "inbox", api.Handlers(append(kind, api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) {
					if m == "end" {
						runtime.Goexit()
					}
					return m, nil
				}))...))
				remote := p.from(p.client("client", api.RpcEnvConfig{}), ref)
				for range 3 {
					if _, err := api.Ask[string](p.ctx, remote, "end"); err == nil || !strings.Contains(err.Error(), "Goexit") {
						p.Error(err)
					}
					p.mustAsk(remote, "hello", "hello")
				}
			})
		})
	}
}

// TestNENV04PanicIsSentBack: as a fatal error of the JVM; the message loops survive more of them than there are loops.
func TestNENV04PanicIsSentBack(t *testing.T) {
	inWorlds(t, func(p *place) {
		heard := newNews[error](p)
		panics := func() api.RpcEndpoint {
			return api.Handlers(
				api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) {
					if m == "panic" {
						panic("stack overflow")
					}
					return m, nil
				}),
				api.OnError(heard.tell),
			)
		}
		p.both(api.RpcEnvConfig{MessageLoops: 2}, panics, func(where string, ref api.RpcEndpointRef) {
			for range 3 {
				_, err := api.Ask[string](p.ctx, ref, "panic")
				if err == nil || strings.Count(err.Error(), "stack overflow") != 1 {
					p.Errorf("%s: %v", where, err)
				}
				if err := heard.next(); !strings.Contains(err.Error(), "stack overflow") {
					p.Errorf("%s: OnError heard %v", where, err)
				}
			}
			p.mustAsk(ref, "hello", "hello")
		})
	})
}
