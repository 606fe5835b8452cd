// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"net"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// slowCloser dials connections whose Close returns late, though it has closed.
type slowCloser struct {
	api.Network
	ctx  context.Context
	goOn *api.Queue[struct{}]
}

func (n *slowCloser) Dial(ctx context.Context, addr string) (net.Conn, error) {
	c, err := n.Network.Dial(ctx, addr)
	return &slowlyClosed{c, n}, err
}

type slowlyClosed struct {
	net.Conn
	network *slowCloser
}

func (c *slowlyClosed) Close() error {
	err := c.Conn.Close()
	_, _ = c.network.goOn.Get(c.network.ctx)
	return err
}

// TestRequestsBehindTheEnd: who closes a connection may be held up when the reading task has told everybody of the end
// already. Who asks for something then hears that it is closed.
func TestRequestsBehindTheEnd(t *testing.T) {
	inWorlds(t, func(s *stage) {
		network := &slowCloser{Network: s.network, ctx: s.ctx, goOn: api.NewQueue[struct{}](s.rt, 0)}
		s.network = network
		c, _ := s.meet(transport.Config{})
		before, rpc, chunk, stream := s.outcome(), s.outcome(), s.outcome(), s.outcome()
		if _, err := c.SendRpc(s.ctx, []byte("before"), rpcOutcome{before}); err != nil {
			s.Fatal(err)
		}
		s.rt.Go("close", c.Close)
		if e := before.next(); !isClosed(e.err) {
			s.Error("a request before the end:", e)
		}
		if _, err := c.SendRpc(s.ctx, []byte("behind"), rpcOutcome{rpc}); !isClosed(err) {
			if e := rpc.next(); !isClosed(e.err) {
				s.Error("a request behind it:", e)
			}
		}
		c.FetchChunk(s.ctx, 1, 0, chunkOutcome{chunk})
		if e := chunk.next(); !isClosed(e.err) {
			s.Error("a chunk:", e)
		}
		c.Stream(s.ctx, "stream", streamOutcome{stream})
		if e := stream.next(); !isClosed(e.err) {
			s.Error("a stream:", e)
		}
		network.goOn.Close()
	})
}
