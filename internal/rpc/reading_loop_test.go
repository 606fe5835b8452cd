// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// handledByReader reports whether the caller, a handler, runs on a connection's reading task.
func handledByReader() bool { return strings.Contains(string(debug.Stack()), ".(*peer).workOff(") }

// busy asks until the connection of remote is read often enough for its reading task to run the handlers.
func (p *place) busy(remote api.RpcEndpointRef) {
	p.Helper()
	for range 100 {
		if _, err := api.Ask[string](p.ctx, remote, ""); err != nil {
			p.Fatal(err)
		}
	}
}

// TestReadingTaskRunsHandlers: once a connection is busy, its reading task handles what it reads. It is read on although a
// handler waits: in an ask back over it, for what another endpoint gets over it, or for ever (Goexit).
func TestReadingTaskRunsHandlers(t *testing.T) {
	inWorlds(t, func(p *place) {
		gate, byReader := api.NewQueue[int](p.rt, 0), 0
		inside := newNews[string](p)
		server := p.server("server", api.RpcEnvConfig{})
		waits := p.endpoint(server, "waits", api.Handlers(
			api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) {
				if handledByReader() {
					byReader++
				}
				switch m {
				case "gate":
					inside.tell(m)
					_, err := gate.Get(p.ctx)
					return m, err
				case "end":
					runtime.Goexit()
				}
				return m, nil
			}),
			api.OnAsk(func(c api.RpcCallContext, back api.RpcEndpointRef) (string, error) {
				return api.Ask[string](c.Context(), back, "back")
			})))
		opens := p.endpoint(server, "opens", api.Handlers(api.OnSend(func(_ api.RpcCallContext, n int) error {
			return gate.Put(p.ctx, n)
		})))
		client := p.client("client", api.RpcEnvConfig{})
		here := p.endpoint(client, "here", api.Handlers(api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) { return m, nil })))
		remote, opener := p.from(client, waits), p.from(client, opens)
		p.busy(remote)
		ends, g := newNews[string](p), api.NewGroup(p.rt)
		ask := func(m any) {
			g.Go("ask", func() error {
				got, err := api.Ask[string](p.ctx, remote, m)
				if err != nil {
					got = err.Error()[strings.LastIndex(err.Error(), " ")+1:]
				}
				ends.tell(got)
				return nil
			})
		}
		ask("gate")
		inside.want("gate")
		if err := opener.Send(1); err != nil {
			p.Fatal(err)
		}
		ends.want("gate")
		p.busy(remote)
		began := p.rt.Now()
		ask(here)
		ends.want("back")
		if took := p.rt.Now().Sub(began); p.sim != nil && took > 100*time.Microsecond {
			p.Errorf("an ask back took %v: the reading task was relieved by the watch", took)
		}
		p.busy(remote)
		if p.sim == nil { // where it would end the run
			ask("end")
			ends.want("runtime.Goexit")
			p.busy(remote)
		}
		if err := g.Wait(p.ctx); err != nil || byReader < 100 {
			p.Errorf("%v; %d messages were handled by the reading task", err, byReader)
		}
	})
}

// TestOrderWhenRelieved: messages of one sender stay in order although the reading task that handles them is held up
// again and again, and others read on meanwhile.
func TestOrderWhenRelieved(t *testing.T) {
	inWorlds(t, func(p *place) {
		const all = 400
		var got []int
		done := api.NewQueue[int](p.rt, 0)
		server := p.server("server", api.RpcEnvConfig{})
		ref := p.endpoint(server, "e", api.Handlers(
			api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) { return m, nil }),
			api.OnSend(func(_ api.RpcCallContext, n int) error {
				if got = append(got, n); n == all {
					return done.Put(p.ctx, n)
				} else if n%50 == 0 {
					nap := p.rt.NewWaiter()
					p.rt.AfterFunc(5*time.Millisecond, nap.Wake)
					return nap.Wait(p.ctx)
				}
				return nil
			})))
		remote := p.from(p.client("client", api.RpcEnvConfig{}), ref)
		p.busy(remote)
		var want []int
		for n := range all {
			want = append(want, n+1)
			if err := remote.Send(n + 1); err != nil {
				p.Fatal(err)
			}
			if n%20 == 0 {
				p.rt.Yield()
			}
		}
		if _, err := done.Get(p.ctx); err != nil || !slices.Equal(got, want) {
			p.Errorf("%v; not in order: %v", err, got)
		}
	})
}

// TestPanicAmongMany: of messages that are handled together each panic is told, and the others are handled in their order.
func TestPanicAmongMany(t *testing.T) {
	inWorlds(t, func(p *place) {
		const all = 400
		var got []int
		failed := 0
		done := api.NewQueue[int](p.rt, 0)
		ref := p.endpoint(p.server("server", api.RpcEnvConfig{}), "e", api.Handlers(
			api.OnError(func(error) { failed++ }),
			api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) { return m, nil }),
			api.OnSend(func(_ api.RpcCallContext, n int) error {
				if got = append(got, n); n == all {
					return done.Put(p.ctx, n)
				} else if n%3 == 0 {
					panic(n)
				}
				return nil
			})))
		remote := p.from(p.client("client", api.RpcEnvConfig{}), ref)
		p.busy(remote)
		var want []int
		for n := range all {
			want = append(want, n+1)
			if err := remote.Send(n + 1); err != nil {
				p.Fatal(err)
			}
		}
		if _, err := done.Get(p.ctx); err != nil || failed != all/3 || !slices.Equal(got, want) {
			p.Errorf("%v; %d panics told; not in order: %v", err, failed, got)
		}
	})
}
