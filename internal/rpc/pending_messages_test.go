// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"testing"

	"github.com/twinwire/twinwire/api"
)

// TestPendingBehindStart: of the messages that came while an endpoint started, all but the one being handled count as pending,
// though they were taken from the inbox together with its start.
func TestPendingBehindStart(t *testing.T) {
	inWorlds(t, func(p *place) {
		const asks = 5
		server := p.server("server", api.RpcEnvConfig{})
		start, goOn, handles := api.NewQueue[int](p.rt, 0), api.NewQueue[int](p.rt, 0), newNews[string](p)
		local := p.endpoint(server, "e", api.Handlers(
			api.OnStart(func(api.RpcEndpointRef) error { _, err := start.Get(p.ctx); return err }),
			api.OnAsk(func(_ api.RpcCallContext, m string) (string, error) {
				handles.tell(m)
				_, err := goOn.Get(p.ctx)
				return m, err
			})))
		g := api.NewGroup(p.rt)
		pending := func(n int) {
			p.until("messages to wait", func() bool { return server.Stats().PendingMessages == n })
		}
		for i := range asks {
			g.Go("ask", func() error { p.mustAsk(local, "you", "you"); return nil })
			pending(i + 1)
		}
		put := func(q *api.Queue[int]) {
			if err := q.Put(p.ctx, 0); err != nil {
				p.Fatal(err)
			}
		}
		put(start)
		handles.want("you")
		if n := server.Stats().PendingMessages; n != asks-1 {
			p.Errorf("%d messages wait behind the first of %d", n, asks)
		}
		for range asks {
			put(goOn)
		}
		if err := g.Wait(p.ctx); err != nil {
			p.Error(err)
		}
	})
}
