// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"net"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/rpc"
)

// TestOutboxesAreForgotten: nothing is kept of peers that have gone, and one that comes back is reached again.
func TestOutboxesAreForgotten(t *testing.T) {
	body := func(p *place) {
		client := p.client("client", api.RpcEnvConfig{ConnectRetries: 20, ConnectRetryWait: time.Millisecond})
		for range 5 {
			ref := p.endpoint(p.server("server", api.RpcEnvConfig{}), "e", echo())
			p.mustAsk(client.EndpointRef(ref.Address()), "you", "you")
			if n := rpc.Outboxes(client); n != 1 {
				p.Errorf("%d outboxes with a peer there", n)
			}
			p.shutDownLast()
			p.until("the end of the connection", func() bool { return client.Stats().OpenConnections == 0 })
			p.until("the end of the outbox", func() bool { return rpc.Outboxes(client) == 0 })
		}
	}
	onMachine(t, body)
	for seed := range uint64(100) { // a connection may end while the last message is handed to it
		inSimulation(t, seed, body)
	}
}

// TestShutdownBesideADeafPeer: while the env waits for its endpoints, what waits for a peer that reads nothing has failed,
// and is not tried again and again.
func TestShutdownBesideADeafPeer(t *testing.T) {
	inWorlds(t, func(p *place) {
		network, at := p.host("server")
		deaf, err := network.Listen(p.ctx, at)
		if err != nil {
			p.Fatal(err)
		}
		defer deaf.Close() // nothing more comes
		accepted := newNews[net.Conn](p)
		p.rt.Go("accept", func() {
			if c, err := deaf.Accept(); err == nil {
				accepted.tell(c)
			}
		})
		address, err := api.ParseRpcAddress(deaf.Addr().String())
		if err != nil {
			p.Fatal(err)
		}
		env := p.client("client", api.RpcEnvConfig{ConnectionTimeout: time.Second})
		p.endpoint(env, "slow to stop", api.Handlers(api.OnStop(func() error {
			err := api.Sleep(p.ctx, p.rt, 200*time.Millisecond)
			if n := env.Stats().OutboxMessages; n > 0 {
				p.Errorf("%d messages wait for a peer of an env that ends", n)
			}
			return err
		})))
		ref := env.EndpointRef(api.RpcEndpointAddress{Name: "deaf", Address: address})
		senders := api.NewGroup(p.rt)
		for range 3 {
			senders.Go("sender", func() error {
				for text := string(make([]byte, 64<<10)); ref.Send(text) == nil; {
				}
				return nil
			})
		}
		conn := accepted.next()
		p.until("messages to wait", func() bool { return env.Stats().OutboxMessages > 0 })
		p.shutDown()
		if err := senders.Wait(p.ctx); err != nil {
			p.Error(err)
		}
		conn.Close() // the env has closed its end
	})
}
