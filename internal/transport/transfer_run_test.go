// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// readyApp has every chunk at once.
type readyApp struct{ *app }

func (a readyApp) Streams() transport.StreamManager { return a }
func (readyApp) Ready(int64) bool                   { return true }

// askForChunks asks for n chunks of stream 0 and then for an answer, in one write.
func (p *peer) askForChunks(n int32) {
	var b []byte
	for i := range n {
		b = wire.AppendFrame(b, wire.ChunkFetchRequest{ChunkIndex: i})
	}
	p.write(wire.AppendFrame(b, wire.RpcRequest{RequestID: 1, Body: []byte("echo/behind")}))
}

// TestChunksOfOneWrite: what was asked for together is answered in that order, also what fails in its midst and what is
// asked for behind it, and is released.
func TestChunksOfOneWrite(t *testing.T) {
	inWorlds(t, func(s *stage) {
		const n = 100
		var audit api.BufferAudit
		a := &app{streams: map[string]api.ManagedBuffer{}}
		want := make([]string, n)
		for i := range want {
			id := fmt.Sprintf("0_%d", i)
			if i%7 == 3 {
				continue
			}
			want[i] = fmt.Sprint("chunk ", i)
			a.streams[id] = audit.Watch(id, api.NewBytesBuffer([]byte(want[i])))
		}
		p := s.visit(s.server(transport.Config{}, readyApp{a}).Addr())
		p.askForChunks(n)
		for i, body := range want {
			switch m := p.next().(type) {
			case wire.ChunkFetchSuccess:
				if int(m.ChunkIndex) != i || string(m.Body) != body {
					s.Errorf("answer %d is chunk %d %q, want %q", i, m.ChunkIndex, m.Body, body)
				}
			case wire.ChunkFetchFailure:
				if int(m.ChunkIndex) != i || body != "" {
					s.Errorf("answer %d is the failure of chunk %d: %s", i, m.ChunkIndex, m.Error)
				}
			default:
				s.Errorf("answer %d is %v", i, m)
			}
		}
		if m, ok := p.next().(wire.RpcResponse); !ok || string(m.Body) != "behind" {
			s.Errorf("behind the chunks: %v", m)
		}
		for _, b := range a.streams {
			b.Release()
		}
		s.until("every chunk is released", func() bool { return audit.Leaks() == nil })
		if err := audit.Err(); err != nil {
			s.Error(err)
		}
	})
}

// TestTransfersOfOneWrite: those that are looked at together count one by one, in number and in memory.
func TestTransfersOfOneWrite(t *testing.T) {
	for name, cfg := range map[string]transport.Config{
		"number": {MaxTransfers: 10},
		"memory": {MaxTransferMemory: 10 * int64(len("chunk"))},
	} {
		t.Run(name, func(t *testing.T) {
			inWorlds(t, func(s *stage) {
				gate := &gatedNetwork{Network: s.there, rt: s.rt, ctx: s.ctx, permits: api.NewQueue[struct{}](s.rt, 0)}
				defer gate.permits.Close()
				s.there = gate
				a := &app{streams: map[string]api.ManagedBuffer{}}
				for i := range 20 {
					a.streams[fmt.Sprintf("0_%d", i)] = api.NewBytesBuffer([]byte("chunk"))
				}
				s.visit(s.server(cfg, readyApp{a}).Addr()).askForChunks(20)
				s.until("the connection's end", func() bool { return a.count(func(a *app) int { return len(a.ended) }) == 1 })
				if n := a.count(func(a *app) int { return len(a.opened) }); n != 10 {
					s.Errorf("%d chunks were opened", n)
				}
			})
		})
	}
}

// waiting is an application whose chunks from the sixth on wait for leave.
type waiting struct {
	*app
	leave *api.Queue[struct{}]
	ctx   context.Context
}

func (w waiting) Streams() transport.StreamManager { return w }

func (w waiting) GetChunk(_ int64, i int32) (api.ManagedBuffer, error) {
	if i >= 5 {
		_, _ = w.leave.Get(w.ctx)
	}
	return api.NewBytesBuffer([]byte("chunk")), nil
}

// TestChunksThatAreThereWaitForNone: a chunk is sent although one that was asked for in the same write is not there yet.
func TestChunksThatAreThereWaitForNone(t *testing.T) {
	inWorlds(t, func(s *stage) {
		w := waiting{&app{}, api.NewQueue[struct{}](s.rt, 0), s.ctx}
		o := s.outcome()
		s.client(transport.Config{}, s.server(transport.Config{}, w).Addr()).FetchChunks(s.ctx, 0, 0, 10, chunkOutcome{o})
		s.until("the chunks that are there", func() bool { return o.ends.Len() == 5 })
		w.leave.Close()
		for range 10 {
			if e := o.next(); e.err != nil {
				s.Error(e.err)
			}
		}
	})
}
