// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"sync/atomic"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// slowBuffer takes its time to be read.
type slowBuffer struct {
	api.ManagedBuffer
	s               *stage
	reading, closed atomic.Bool
}

func (b *slowBuffer) Bytes() ([]byte, error) {
	b.reading.Store(true)
	b.s.sleep(b.s.short)
	return b.ManagedBuffer.Bytes()
}

func (b *slowBuffer) Release() { b.closed.Store(true) }

// TestCloseWaitsForTheLastBuffer: once a server is closed it holds nothing of what it was handed.
func TestCloseWaitsForTheLastBuffer(t *testing.T) {
	inWorlds(t, func(s *stage) {
		b := &slowBuffer{ManagedBuffer: api.NewBytesBuffer(pattern(1000)), s: s}
		server := s.server(transport.Config{}, &app{streams: map[string]api.ManagedBuffer{"slow": b}})
		c := s.client(transport.Config{}, server.Addr())
		c.Stream(s.ctx, "slow", streamOutcome{s.outcome()})
		s.until("the reading of the buffer", b.reading.Load)
		c.Close()
		if err := server.Close(s.ctx); err != nil {
			s.Error(err)
		}
		if !b.closed.Load() {
			s.Error("the server is closed and holds a buffer")
		}
	})
}

// TestServerIsClosedByMany: each of those who close it at once hears of its end.
func TestServerIsClosedByMany(t *testing.T) {
	inWorlds(t, func(s *stage) {
		for range 20 {
			server, err := transport.NewServer(s.ctx, s.rt, s.there, s.bind, transport.Config{}, &app{})
			if err != nil {
				s.Fatal(err)
			}
			for range 3 {
				s.tasks.Go("close", func() error { return server.Close(s.ctx) })
			}
			if err := s.tasks.Wait(s.ctx); err != nil {
				s.Fatal(err)
			}
		}
	})
}
