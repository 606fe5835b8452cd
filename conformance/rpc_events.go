// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"slices"

	"github.com/twinwire/twinwire/api"
)

// observer writes down what an endpoint hears of connections. Its fields are guarded by the trial's lock.
type observer struct {
	connected, disconnected []api.RpcAddress
	errors                  []error
	early                   int // ends of connections that were not there
}

func (o *observer) handlers(t *trial) []api.Handler {
	return []api.Handler{
		api.OnConnected(func(a api.RpcAddress) { t.record(func() { o.connected = append(o.connected, a) }) }),
		api.OnDisconnected(func(a api.RpcAddress) {
			t.record(func() {
				if !slices.Contains(o.connected, a) {
					o.early++
				}
				o.disconnected = append(o.disconnected, a)
			})
		}),
		api.OnNetworkError(func(cause error, _ api.RpcAddress) { t.record(func() { o.errors = append(o.errors, cause) }) }),
	}
}

func networkEvents(t *trial, p stayPlan) {
	var there, here observer
	pair := t.rpcServer(api.RpcEnvConfig{}, t.desk().endpoint(there.handlers(t)...))
	client := t.world.Host("client")
	for i := range p.Rounds {
		cfg := api.RpcEnvConfig{}
		if p.Route == viaServer {
			cfg.Bind = client.Address(0)
		}
		env := t.env(client, cfg)
		t.setup(client, env, "observer", api.Handlers(here.handlers(t)...))
		t.on(client, "ask", func() { t.must(t.ask(t.ctx, env.EndpointRef(pair.address), question{ID: i}), "ask") })
		t.until("the dialling side to hear of the connection", func() bool { return slices.Contains(here.connected, pair.address.Address) })
		if p.Route == viaServer {
			t.until("the other side to hear of the address", func() bool { return slices.Contains(there.connected, env.Address()) })
		}
		t.on(client, "shut down", func() { t.must(env.Shutdown(t.ctx), "shut down") })
		t.until("the other side to hear of the end", func() bool {
			if p.Route == viaServer {
				return slices.Contains(there.disconnected, env.Address())
			}
			return len(there.disconnected) > i
		})
		t.record(func() { here.connected = nil })
	}
	t.finish()
	each := p.Rounds
	if p.Route == viaServer { // the socket's address is told, then the env's
		each *= 2
	}
	if n := len(there.connected); n != each || len(there.disconnected) != each || there.early > 0 || len(there.errors) > 0 {
		t.errorf("%d connections were told by %v and %v, %d of them ended before they began; errors: %v",
			p.Rounds, there.connected, there.disconnected, there.early, there.errors)
	}
	if len(here.disconnected) > 0 || len(here.errors) > 0 {
		t.errorf("the end of its own env was told as %v, errors %v", here.disconnected, here.errors)
	}
}
