// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// TestTransferMemory: who asks for more while too much is in memory on its way out loses the connection; what is in a file
// costs no memory, and what has left counts no more.
func TestTransferMemory(t *testing.T) {
	inWorlds(t, func(s *stage) {
		gate := &gatedNetwork{Network: s.there, rt: s.rt, ctx: s.ctx, permits: api.NewQueue[struct{}](s.rt, 0)}
		s.closers = append(s.closers, func(context.Context) error { gate.permits.Close(); return nil })
		s.there = gate
		a := &app{streams: s.buffers()}
		server := s.server(transport.Config{MaxTransferMemory: 150_000}, a)
		c := s.client(transport.Config{}, server.Addr())
		opened := func(n int) func() bool {
			return func() bool { return a.count(func(a *app) int { return len(a.opened) }) == n }
		}
		ends := s.outcome()
		for i, kind := range []string{"file", "largeBuffer", "largeBuffer"} { // 512 KiB, 100,000 bytes each
			c.Stream(s.ctx, kind, streamOutcome{ends})
			s.until("a transfer", opened(i+1))
		}
		c.Stream(s.ctx, "smallBuffer", streamOutcome{ends})
		for range 4 {
			if e := ends.next(); !isClosed(e.err) {
				s.Error(e.err)
			}
		}
		s.until("the connection's end", func() bool { return a.count(func(a *app) int { return len(a.ended) }) == 1 })
		if n := a.count(func(a *app) int { return len(a.opened) }); n != 3 {
			s.Errorf("%d streams were opened", n)
		}
		gate.pass(10)
		s.checkStream(s.client(transport.Config{}, server.Addr()), "largeBuffer")
	})
}

// TestBacklogOfNothing: bodies without bytes cost memory too, so a peer that asks for them and takes none is not served
// without end.
func TestBacklogOfNothing(t *testing.T) {
	inWorlds(t, func(s *stage) {
		gate := &gatedNetwork{Network: s.there, rt: s.rt, ctx: s.ctx, permits: api.NewQueue[struct{}](s.rt, 0)}
		defer gate.permits.Close()
		s.there = gate
		a := &app{streams: map[string]api.ManagedBuffer{"1_1": api.NewBytesBuffer(nil)}}
		const backlog, asked = 32 << 10, 2000
		const most = backlog/256 + 2
		p := s.visit(s.server(transport.Config{MaxBacklog: backlog}, a).Addr())
		for range asked {
			p.write(wire.AppendFrame(nil, wire.ChunkFetchRequest{StreamID: 1, ChunkIndex: 1}))
		}
		opened := func() int { return a.count(func(a *app) int { return len(a.opened) }) }
		s.until("as many as may wait", func() bool { return opened() > most/2 })
		s.sleep(s.short)
		if n := opened(); n > most {
			s.Errorf("%d empty chunks wait for who takes none, want at most %d", n, most)
		}
	})
}
