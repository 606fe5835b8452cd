// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// writerCounter counts the tasks that are started to write.
type writerCounter struct {
	api.Runtime
	writers atomic.Int32
}

func (c *writerCounter) Go(name string, f func()) {
	if name == "writer" {
		c.writers.Add(1)
	}
	c.Runtime.Go(name, f)
}

// chunksOf has chunks of one size.
type chunksOf struct {
	*app
	body []byte
}

func (c chunksOf) Streams() transport.StreamManager { return c }
func (chunksOf) Ready(int64) bool                   { return true }

func (c chunksOf) GetChunk(int64, int32) (api.ManagedBuffer, error) {
	return api.NewBytesBuffer(c.body), nil
}

// TestReadingTaskWritesChunks: what is asked for by the piece is written without another task; what is asked for by the
// hundred is begun to be written before the last request has been looked at. When the next request would wait for room,
// the reading task makes it.
func TestReadingTaskWritesChunks(t *testing.T) {
	inWorlds(t, func(s *stage) {
		rt := &writerCounter{Runtime: s.rt}
		for _, c := range []struct {
			chunks  int32 // in one write
			times   int32
			size    int
			writers bool
		}{{1, 20, 5, false}, {10, 2, 5, false}, {400, 1, 5, true}, {16, 1, transport.WriteRoom / 4, false}, {160, 1, transport.WriteRoom / 64, false}} {
			rt.writers.Store(0)
			here := s.rt
			s.rt = rt
			server := s.server(transport.Config{}, chunksOf{&app{}, make([]byte, c.size)})
			s.rt = here
			client := s.client(transport.Config{}, server.Addr())
			for i := range c.times {
				end := s.outcome()
				client.FetchChunks(s.ctx, 0, i*c.chunks, c.chunks, chunkOutcome{end})
				for range c.chunks {
					if e := end.next(); e.err != nil {
						s.Error(e.err)
					}
				}
			}
			if n := rt.writers.Load(); n > 0 != c.writers && (s.simulated || c.writers) {
				s.Errorf("%d tasks were started to write, for %d chunks of %d bytes at a time", n, c.chunks, c.size)
			}
		}
	})
}

// TestChunksHoldUpNoRequest: while a chunk is being written that the peer does not take, its requests are still served.
func TestChunksHoldUpNoRequest(t *testing.T) {
	inWorlds(t, func(s *stage) {
		gate := &gatedNetwork{Network: s.there, rt: s.rt, ctx: s.ctx, permits: api.NewQueue[struct{}](s.rt, 0)}
		s.closers = append(s.closers, func(context.Context) error { gate.permits.Close(); return nil })
		s.there = gate
		a := &app{}
		c := s.client(transport.Config{}, s.server(transport.Config{}, anyChunk{a}).Addr())
		o := s.outcome()
		c.FetchChunk(s.ctx, 0, 1, chunkOutcome{o})
		for i := range 3 {
			if err := c.Send(s.ctx, []byte("message")); err != nil {
				s.Fatal(err)
			}
			s.until("the message", func() bool { return a.count(func(a *app) int { return len(a.oneWay) }) == i+1 })
		}
		gate.pass(2)
		if e := o.next(); e.body != "chunk" {
			s.Error(e)
		}
	})
}
