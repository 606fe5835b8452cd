// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"errors"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

// TestSlowEndpointSlowsItsSenders: the inbox of an endpoint that is slower than its senders stays at its bound, and
// nothing is lost.
func TestSlowEndpointSlowsItsSenders(t *testing.T) {
	inWorlds(t, func(p *place) {
		const limit, sends, senders = 16, 200, 3
		server := p.server("server", api.RpcEnvConfig{InboxMessages: limit})
		handled, most := make([]int, senders), 0
		ref := p.endpoint(server, "slow", api.Handlers(
			api.OnSend(func(_ api.RpcCallContext, m [2]int) error {
				if m[1] != handled[m[0]] {
					p.Errorf("sender %d: message %d came after %d", m[0], m[1], handled[m[0]])
				}
				handled[m[0]]++
				most = max(most, server.Stats().PendingMessages)
				return api.Sleep(p.ctx, p.rt, 500*time.Microsecond)
			}),
			api.OnAsk(func(api.RpcCallContext, string) (string, error) { return "here", nil }),
		))
		g := api.NewGroup(p.rt)
		for s := range senders {
			client := p.client("client", api.RpcEnvConfig{})
			g.Go("sender", func() error {
				remote := client.EndpointRef(ref.Address())
				for i := range sends {
					if err := remote.Send([2]int{s, i}); err != nil {
						return err
					}
				}
				_, err := api.Ask[string](p.ctx, remote, "all there?")
				return err
			})
		}
		if err := g.Wait(p.ctx); err != nil {
			p.Error(err)
		}
		for s, n := range handled {
			if n != sends {
				p.Errorf("sender %d: %d messages handled", s, n)
			}
		}
		if most > limit+senders {
			p.Errorf("%d messages waited in the inbox", most)
		}
	})
}

// TestStuckEndpointRefuses: who asks an endpoint that is stuck with a full inbox is told so, and is served again later.
func TestStuckEndpointRefuses(t *testing.T) {
	inWorlds(t, func(p *place) {
		const limit, asks = 8, 40
		server, client := p.server("server", api.RpcEnvConfig{InboxMessages: limit}), p.client("client", api.RpcEnvConfig{})
		gate := api.NewQueue[int](p.rt, 0)
		stuck := p.endpoint(server, "stuck", api.Handlers(api.OnAsk(func(api.RpcCallContext, string) (string, error) {
			if _, err := gate.Get(p.ctx); err != nil && !errors.Is(err, api.ErrQueueClosed) {
				return "", err
			}
			return "done", nil
		})))
		other := p.from(client, p.endpoint(server, "other", echo()))
		remote := p.from(client, stuck)
		ends, g := newNews[bool](p), api.NewGroup(p.rt)
		for range asks {
			g.Go("ask", func() error {
				_, err := api.Ask[string](p.ctx, remote, "x")
				if err != nil && !errors.Is(err, api.ErrInboxFull) {
					return err
				}
				ends.tell(err == nil)
				return nil
			})
		}
		for range asks - 2*limit - 1 { // all but those in the inbox, and the one being handled
			ends.want(false)
		}
		p.mustAsk(other, "others are served", "others are served")
		gate.Close()
		if err := g.Wait(p.ctx); err != nil {
			p.Error(err)
		}
		for range 2*limit + 1 {
			ends.want(true)
		}
		p.mustAsk(remote, "again", "done")
	})
}

// callback is what an endpoint that is told of it asks for an answer.
type callback struct{ Ref api.RpcEndpointRef }

// TestAnswerBehindAFlood: an endpoint asks back over the connection that its own full inbox holds up.
func TestAnswerBehindAFlood(t *testing.T) {
	inWorlds(t, func(p *place) {
		server, client := p.server("server", api.RpcEnvConfig{InboxMessages: 4}), p.client("client", api.RpcEnvConfig{})
		answered := newNews[string](p)
		ref := p.endpoint(server, "asks-back", api.Handlers(
			api.OnSend(func(call api.RpcCallContext, m callback) error {
				got, err := api.Ask[string](call.Context(), m.Ref, "who are you")
				if err == nil {
					answered.tell(got)
				}
				return err
			}),
		))
		mine, remote := p.endpoint(client, "mine", echo()), p.from(client, ref)
		for range 100 {
			if err := remote.Send(callback{mine}); err != nil {
				p.Fatal(err)
			}
		}
		answered.want("who are you", "who are you", "who are you", "who are you")
	})
}
