// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"errors"
	"net"
	"testing"

	"github.com/twinwire/twinwire/api"
)

// event is one call of a NetworkObserver.
type event struct {
	what string
	at   api.RpcAddress
}

// observer tells what happens to connections, and to itself.
func observer(did news[event], more ...api.Handler) api.RpcEndpoint {
	return echo(append(more,
		api.OnConnected(func(at api.RpcAddress) { did.tell(event{"connected", at}) }),
		api.OnDisconnected(func(at api.RpcAddress) { did.tell(event{"disconnected", at}) }),
		api.OnNetworkError(func(cause error, at api.RpcAddress) {
			if !errors.Is(cause, api.ErrConnectionClosed) {
				did.p.Error("network error without the cause:", cause)
			}
			did.tell(event{"error", at})
		}),
		api.OnStop(func() error { did.tell(event{what: "stop"}); return nil }),
	)...)
}

func TestENV21EventsInServerOfAServer(t *testing.T) {
	inWorlds(t, func(p *place) {
		peer, did := p.server("peer", api.RpcEnvConfig{}), newNews[event](p)
		ref := p.endpoint(p.server("server", api.RpcEnvConfig{}), "observer", observer(did))
		p.mustAsk(p.from(peer, ref), "hello", "hello")
		did.until(event{"connected", peer.Address()})
		if err := peer.Shutdown(p.ctx); err != nil {
			p.Fatal(err)
		}
		did.until(event{"disconnected", peer.Address()})
	})
}

func TestENV22EventsInServerOfAClient(t *testing.T) {
	inWorlds(t, func(p *place) {
		did := newNews[event](p)
		ref := p.endpoint(p.server("server", api.RpcEnvConfig{}), "observer", observer(did))
		peer := p.client("peer", api.RpcEnvConfig{})
		p.mustAsk(p.from(peer, ref), "hello", "hello")
		came := did.next()
		if came.what != "connected" || came.at.Port == 0 {
			p.Error(came)
		}
		if err := peer.Shutdown(p.ctx); err != nil {
			p.Fatal(err)
		}
		did.want(event{"disconnected", came.at})
	})
}

func TestENV23EventsInClientOfAServer(t *testing.T) {
	inWorlds(t, func(p *place) {
		client, did := p.client("client", api.RpcEnvConfig{}), newNews[event](p)
		p.endpoint(client, "observer", observer(did))
		server := p.server("server", api.RpcEnvConfig{})
		p.mustAsk(p.from(client, p.endpoint(server, "echo", echo())), "hello", "hello")
		did.want(event{"connected", server.Address()})
		if err := server.Shutdown(p.ctx); err != nil {
			p.Fatal(err)
		}
		did.want(event{"disconnected", server.Address()})
	})
}

func TestENV35ShutdownFiresNoDisconnected(t *testing.T) {
	inWorlds(t, func(p *place) {
		server := p.server("server", api.RpcEnvConfig{})
		ref := p.endpoint(server, "echo", echo())
		client, did := p.client("client", api.RpcEnvConfig{}), newNews[event](p)
		p.endpoint(client, "observer", observer(did))
		p.mustAsk(p.from(client, ref), "hello", "hello")
		did.want(event{"connected", server.Address()})
		p.shutDown()
		did.want(event{what: "stop"})
		did.silent()
	})
}

// dialled makes a connection of somebody who says nothing, and returns his address.
func (p *place) dialled(server api.RpcEnv) (net.Conn, api.RpcAddress) {
	p.Helper()
	network, _ := p.host("stranger")
	conn, err := network.Dial(p.ctx, server.Address().HostPort())
	if err != nil {
		p.Fatal(err)
	}
	at, err := api.ParseRpcAddress(conn.LocalAddr().String())
	if err != nil {
		p.Fatal(err)
	}
	return conn, at
}

// rawEvents wants events of a connection, told to all endpoints, each once.
func rawEvents(t *testing.T, use func(conn net.Conn) error, want ...string) {
	inWorlds(t, func(p *place) {
		server := p.server("server", api.RpcEnvConfig{})
		first, second := newNews[event](p), newNews[event](p)
		p.endpoint(server, "first", observer(first))
		p.endpoint(server, "second", observer(second))
		conn, at := p.dialled(server)
		defer conn.Close()
		for _, did := range []news[event]{first, second} {
			did.want(event{"connected", at})
		}
		if use != nil {
			if err := use(conn); err != nil {
				p.Error(err)
			}
		}
		for _, did := range []news[event]{first, second} {
			for _, what := range want {
				did.want(event{what, at})
			}
		}
		p.shutDown()
		for _, did := range []news[event]{first, second} {
			did.want(event{what: "stop"})
			did.silent()
		}
	})
}

func closeIt(conn net.Conn) error { return conn.Close() }

// breakIt sends a frame of no length.
func breakIt(conn net.Conn) error {
	_, err := conn.Write(make([]byte, 8))
	return err
}

func TestNRH01Receive(t *testing.T)              { rawEvents(t, nil) }
func TestNRH02ConnectionTerminated(t *testing.T) { rawEvents(t, closeIt, "disconnected") }
func TestINB04Associated(t *testing.T)           { rawEvents(t, nil) }
func TestINB05Disassociated(t *testing.T)        { rawEvents(t, closeIt, "disconnected") }
func TestINB06AssociationError(t *testing.T)     { rawEvents(t, breakIt, "error", "disconnected") }

// TestEventsOfAPeerThatCallsBack: the address that it was dialled at and the one it tells are one address, told once.
func TestEventsOfAPeerThatCallsBack(t *testing.T) {
	callBack := func(p *place) (api.RpcEnv, api.RpcEndpointRef, news[event]) {
		server, did := p.server("server", api.RpcEnvConfig{}), newNews[event](p)
		client := p.client("client", api.RpcEnvConfig{})
		ref := p.from(client, p.endpoint(server, "caller", api.Handlers(api.OnAsk(func(call api.RpcCallContext, m api.RpcEndpointRef) (string, error) {
			return api.Ask[string](call.Context(), m, "hello")
		}))))
		mine := p.endpoint(client, "observer", observer(did))
		for range 2 {
			if got, err := api.Ask[string](p.ctx, ref, mine); got != "hello" || err != nil {
				p.Fatal(got, err)
			}
		}
		return server, ref, did
	}
	inWorlds(t, func(p *place) {
		server, _, did := callBack(p)
		if err := server.Shutdown(p.ctx); err != nil {
			p.Fatal(err)
		}
		did.want(event{"disconnected", server.Address()})
		p.shutDown()
		did.want(event{what: "stop"})
		did.silent()
	})
	inSimulation(t, 1, func(p *place) {
		server, ref, did := callBack(p)
		p.sim.Host("server").Crash()
		_, err := api.Ask[string](p.ctx, ref, "anybody?")
		p.wantErr("ask", err, api.ErrConnectionClosed)
		did.want(event{"error", server.Address()}, event{"disconnected", server.Address()})
		did.silent()
		p.envs = p.envs[1:] // that of the crashed host
	})
}
