// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// writeCounter counts the writes of the connections it dials.
type writeCounter struct {
	api.Network
	writes atomic.Int32
}

func (n *writeCounter) Dial(ctx context.Context, addr string) (net.Conn, error) {
	c, err := n.Network.Dial(ctx, addr)
	return &countedConn{c, n}, err
}

type countedConn struct {
	net.Conn
	network *writeCounter
}

func (c *countedConn) Write(b []byte) (int, error) {
	c.network.writes.Add(1)
	return c.Conn.Write(b)
}

// refill asks for the next chunk in the callback of each.
type refill struct {
	s      *stage
	client *transport.Client
	next   atomic.Int32
	end    int32
	left   atomic.Int32
}

func (r *refill) fetch() {
	if i := r.next.Add(1) - 1; i < r.end {
		r.client.FetchChunk(r.s.ctx, 0, i, r)
	}
}

func (r *refill) OnSuccess(int32, api.ManagedBuffer) { r.fetch(); r.left.Add(-1) }
func (r *refill) OnFailure(i int32, cause error) {
	r.s.Errorf("chunk %d: %v", i, cause)
	r.left.Add(-1)
}

// anyChunk has every chunk.
type anyChunk struct{ *app }

func (a anyChunk) Streams() transport.StreamManager { return a }

func (anyChunk) GetChunk(int64, int32) (api.ManagedBuffer, error) {
	return api.NewBytesBuffer([]byte("chunk")), nil
}

// TestChunksAskedForInCallbacks: whatever the number that is outstanding, all come, and their requests share writes. How
// many do on the machine is its own to say; in a simulation half of what is outstanding goes together.
func TestChunksAskedForInCallbacks(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server := s.server(transport.Config{}, anyChunk{&app{}})
		network := &writeCounter{Network: s.network}
		s.network = network
		for _, window := range []int32{1, 2, 3, 8, 64} {
			const n = 400
			r := &refill{s: s, client: s.client(transport.Config{}, server.Addr()), end: n}
			r.left.Store(n)
			network.writes.Store(0)
			for range window {
				r.fetch()
			}
			s.until("the last chunk", func() bool { return r.left.Load() == 0 })
			got, together := network.writes.Load(), (window+1)/2
			want := window + (n-window+together-1)/together // the first go one by one
			if s.simulated && (got > want || got < want-1-window/8) || got > n {
				s.Errorf("window %d: %d writes for %d requests, want %d", window, got, n, want)
			}
		}
	})
}

// TestHeldRequestOfAClosedConnection: what waits to be asked for fails with the connection.
func TestHeldRequestOfAClosedConnection(t *testing.T) {
	line := newChunkLine()
	c := connect(t, newFactory(t, transport.Config{}), newServer(t, line, transport.Config{}))
	k := newKept(8)
	first := &closing{kept: k, client: c, ctx: t.Context()}
	c.FetchChunk(t.Context(), 0, 0, first)
	c.FetchChunks(t.Context(), 0, 1, 6, k)
	close(line.hold)
	k.wait(t)
	if k.failed[7] == nil && k.chunks[7] == nil {
		t.Error("the chunk that was asked for in a callback did not end")
	}
}

// closing asks for another chunk in its callback and closes the connection.
type closing struct {
	*kept
	client *transport.Client
	ctx    context.Context
}

func (c *closing) OnSuccess(i int32, data api.ManagedBuffer) {
	c.client.FetchChunk(c.ctx, 0, 7, c.kept)
	c.client.Close()
	c.kept.OnSuccess(i, data)
}
