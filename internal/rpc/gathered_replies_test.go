// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"testing"

	"github.com/twinwire/twinwire/api"
)

// TestReplyBeforeASlowHandler: a reply reaches its asker although the loop, which writes the replies of its messages
// together, is held up by the handler of the next.
func TestReplyBeforeASlowHandler(t *testing.T) {
	inWorlds(t, func(p *place) {
		start, gate := api.NewQueue[int](p.rt, 0), api.NewQueue[int](p.rt, 0)
		wait := func(q *api.Queue[int]) error {
			_, err := q.Get(p.ctx)
			return err
		}
		server := p.server("server", api.RpcEnvConfig{})
		ref := p.endpoint(server, "e", api.Handlers(
			api.OnStart(func(api.RpcEndpointRef) error { return wait(start) }),
			api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) {
				if m == "slow" {
					return m, wait(gate)
				}
				return m, nil
			})))
		remote := p.from(p.client("client", api.RpcEnvConfig{}), ref)
		ends, g := newNews[string](p), api.NewGroup(p.rt)
		for n, m := range []string{"quick", "slow"} {
			g.Go("ask", func() error {
				got, err := api.Ask[string](p.ctx, remote, m)
				ends.tell(got)
				return err
			})
			p.until("the message in the inbox", func() bool { return server.Stats().PendingMessages == n+1 })
		}
		must := func(err error) {
			if err != nil {
				p.Fatal(err)
			}
		}
		must(start.Put(p.ctx, 0))
		ends.want("quick")
		must(gate.Put(p.ctx, 0))
		ends.want("slow")
		must(g.Wait(p.ctx))
	})
}
