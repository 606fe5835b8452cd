// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/netty"
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

// refill asks for the next chunk in the callback of each, and in that of the last for another one.
type refill struct {
	t      *testing.T
	client *transport.Client
	next   atomic.Int32
	end    int32
	left   atomic.Int32
	done   chan struct{}
}

func (r *refill) fetch() {
	if i := r.next.Add(1) - 1; i < r.end {
		r.client.FetchChunk(r.t.Context(), 0, i, r)
	}
}

func (r *refill) OnSuccess(int32, api.ManagedBuffer) { r.fetch(); r.ended() }
func (r *refill) OnFailure(i int32, cause error)     { r.t.Errorf("chunk %d: %v", i, cause); r.ended() }

func (r *refill) ended() {
	if r.left.Add(-1) == 0 {
		close(r.done)
	}
}

// TestChunksAskedForInCallbacks: whatever the number that is outstanding, all come; with some, their requests share writes.
func TestChunksAskedForInCallbacks(t *testing.T) {
	line := newChunkLine()
	close(line.hold)
	server := newServer(t, line, transport.Config{})
	for _, window := range []int32{1, 2, 3, 8, 64} {
		network := &writeCounter{Network: netty.TCP(netty.TCPConfig{})}
		f := transport.NewClientFactory(netty.NewRuntime(), network, transport.Config{}, newEcho())
		c := connect(t, f, server)
		const n = 400
		r := &refill{t: t, client: c, end: n, done: make(chan struct{})}
		r.left.Store(n)
		for range window {
			r.fetch()
		}
		select {
		case <-r.done:
		case <-time.After(30 * time.Second):
			t.Fatalf("window %d: %d chunks did not come", window, r.left.Load())
		}
		if got := network.writes.Load(); got > n || window >= 8 && got == n { // how many share one is the machine's to say
			t.Errorf("window %d: %d writes for %d requests", window, got, n)
		}
		if err := f.Close(t.Context()); err != nil {
			t.Error(err)
		}
	}
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
