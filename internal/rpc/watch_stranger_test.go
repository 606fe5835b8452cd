// SPDX-License-Identifier: Apache-2.0

package rpc_test

import (
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// stranger answers every request as a JVM env answers what it cannot deserialize.
type stranger struct{ asked atomic.Int64 }

func (s *stranger) Receive(_ *transport.Client, _ []byte, reply transport.RpcReply) {
	s.asked.Add(1)
	reply.Inline().Failure(&transport.JavaError{Class: "java.io.StreamCorruptedException", Message: "invalid stream header: 01001474"})
}
func (*stranger) ReceiveOneWay(*transport.Client, []byte) {}
func (*stranger) ReceiveStream(*transport.Client, []byte) (transport.StreamConsumer, error) {
	return nil, nil
}
func (*stranger) Streams() transport.StreamManager  { return nil }
func (*stranger) Active(*transport.Client)          {}
func (*stranger) Inactive(*transport.Client, error) {}

// TestWatchStranger: an env that knows no watches is asked at leisure and is not harmed; that it is gone is told.
func TestWatchStranger(t *testing.T) {
	inWorlds(t, func(p *place) {
		network, listen := p.host("stranger")
		s := &stranger{}
		cfg := transport.Config{ConnectionsPerPeer: 1}
		server, err := transport.NewServer(p.ctx, p.rt, network, listen, cfg, s)
		if err != nil {
			p.Fatal(err)
		}
		address, err := api.ParseRpcAddress(server.Addr())
		if err != nil {
			p.Fatal(err)
		}
		// It is asked twice in each ConnectionTimeout. A WatchTimeout of that size would be over when a busy machine lets the
		// process stand still.
		client := p.client("client", api.RpcEnvConfig{WatchTimeout: time.Hour, ConnectionTimeout: 200 * time.Millisecond, ConnectRetries: -1})
		w := told{newNews[string](p)}
		began := p.rt.Now()
		client.Watch(client.EndpointRef(api.RpcEndpointAddress{Name: "e", Address: address}), w.gone)
		p.until("five questions", func() bool { return s.asked.Load() >= 5 })
		if took := p.rt.Now().Sub(began); took < 400*time.Millisecond {
			p.Errorf("asked 5 times in %v", took)
		}
		w.n.silent()
		if err := server.Close(p.ctx); err != nil {
			p.Error(err)
		}
		w.want(api.ErrConnectionClosed)
	})
}
