// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"context"

	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
)

// endpointName is the endpoint that most trials talk to.
const endpointName = "desk"

// route says where the asker stands.
type route int

const (
	viaClient route = iota // another env that listens nowhere
	viaServer              // another env that listens too
	viaLocal               // the endpoint's own env
	routes
)

func (r route) String() string { return [...]string{"client-mode env", "listening env", "same env"}[r] }

func drawRoute(t *rapid.T) route { return route(rapid.IntRange(0, int(routes)-1).Draw(t, "route")) }

// drawRemote draws a route between two envs.
func drawRemote(t *rapid.T) route { return route(rapid.IntRange(0, int(viaServer)).Draw(t, "route")) }

// rpcPair is an env with an endpoint, and an env from which it is asked; the same one for viaLocal.
type rpcPair struct {
	server, client       Host
	serverEnv, clientEnv api.RpcEnv
	address              api.RpcEndpointAddress
	ref                  api.RpcEndpointRef // of clientEnv
}

// rpcPair makes the envs, registers e and gives the client a reference. cfg is the client's.
func (t *trial) rpcPair(r route, cfg api.RpcEnvConfig, e api.RpcEndpoint) *rpcPair {
	p := t.rpcServer(api.RpcEnvConfig{}, e)
	if r == viaLocal {
		p.client, p.clientEnv = p.server, p.serverEnv
	} else {
		p.client = t.world.Host("client")
		if r == viaServer {
			cfg.Bind = p.client.Address(0)
		}
		p.clientEnv = t.env(p.client, cfg)
	}
	p.ref = p.clientEnv.EndpointRef(p.address)
	return p
}

// rpcServer makes only the env with the endpoint.
func (t *trial) rpcServer(cfg api.RpcEnvConfig, e api.RpcEndpoint) *rpcPair {
	p := &rpcPair{server: t.world.Host("server")}
	cfg.Bind = p.server.Address(0)
	p.serverEnv = t.env(p.server, cfg)
	t.setup(p.server, p.serverEnv, endpointName, e)
	p.address = api.RpcEndpointAddress{Name: endpointName, Address: p.serverEnv.Address()}
	return p
}

// env makes an env of h by a task of h, and has it shut down at the end.
func (t *trial) env(h Host, cfg api.RpcEnvConfig) api.RpcEnv {
	var env api.RpcEnv
	t.on(h, "make the env of "+h.Name(), func() {
		var err error
		env, err = h.NewRpcEnv(cfg)
		t.must(err, "make an env")
	})
	t.atEnd(h, "shut down the env of "+h.Name(), func() error { return env.Shutdown(t.ctx) })
	return env
}

// setup registers an endpoint by a task of h.
func (t *trial) setup(h Host, env api.RpcEnv, name string, e api.RpcEndpoint) api.RpcEndpointRef {
	var ref api.RpcEndpointRef
	t.on(h, "register "+name, func() {
		var err error
		ref, err = env.SetupEndpoint(name, e)
		t.must(err, "register "+name)
	})
	return ref
}

// ask asks and checks that the answer belongs to the question. It returns the failure, if any.
func (t *trial) ask(ctx context.Context, ref api.RpcEndpointRef, q question) error {
	got, err := api.Ask[answer](ctx, ref, q)
	if err == nil && got.ID != q.ID {
		t.errorf("question %d got the answer to question %d", q.ID, got.ID)
	}
	return err
}
