// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"testing"

	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// TestRepliesNobodyAskedFor: they are let pass, whatever they are and however often they come, and each request has the one
// answer that came first.
func TestRepliesNobodyAskedFor(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{ConnectionTimeout: 0})
		o, first := s.outcome(), s.outcome()
		big := make([]byte, 200_000)
		if _, err := c.SendRpc(s.ctx, []byte("one"), rpcOutcome{first}); err != nil {
			s.Fatal(err)
		}
		id := p.next().(wire.RpcRequest).RequestID
		c.FetchChunks(s.ctx, 5, 0, 3, chunkOutcome{o})
		for range 3 {
			p.next()
		}
		for _, m := range []wire.Message{
			wire.RpcResponse{RequestID: id + 1}, wire.RpcResponse{RequestID: -1}, wire.RpcResponse{RequestID: 0}, wire.RpcFailure{RequestID: id - 1, Error: "x"},
			wire.RpcFailure{RequestID: -id},
			wire.ChunkFetchSuccess{StreamID: 5, ChunkIndex: 3, Body: big}, wire.ChunkFetchSuccess{StreamID: 5, ChunkIndex: -1, Body: big}, wire.ChunkFetchSuccess{StreamID: -5, ChunkIndex: 0, Body: []byte("x")},
			wire.ChunkFetchSuccess{StreamID: 5, ChunkIndex: 1 << 30}, wire.ChunkFetchFailure{StreamID: 9, ChunkIndex: 9, Error: "x"}, wire.StreamFailure{StreamID: "x", Error: "y"},
			wire.StreamResponse{StreamID: "x", ByteCount: 0}, wire.MergedBlockMetaSuccess{RequestID: id + 5, NumChunks: 1, Body: []byte("x")},
			wire.ChunkFetchSuccess{StreamID: 5, ChunkIndex: 1, Body: big}, wire.ChunkFetchSuccess{StreamID: 5, ChunkIndex: 1, Body: big}, wire.ChunkFetchSuccess{StreamID: 5, ChunkIndex: 0, Body: big},
			wire.ChunkFetchSuccess{StreamID: 5, ChunkIndex: 0, Body: big},
			wire.RpcResponse{RequestID: id, Body: []byte("good")}, wire.RpcResponse{RequestID: id, Body: []byte("bad")}, wire.RpcFailure{RequestID: id, Error: "bad"},
			wire.ChunkFetchFailure{StreamID: 5, ChunkIndex: 2, Error: "none"}, wire.ChunkFetchSuccess{StreamID: 5, ChunkIndex: 2, Body: big},
		} {
			p.send(m)
		}
		if e := first.next(); e.body != "good" {
			s.Error(e)
		}
		for _, want := range []int32{1, 0, 2} {
			if e := o.next(); e.index != want || (e.err != nil) != (want == 2) {
				s.Error(e.index, e.err)
			}
		}
		if _, err := c.SendRpc(s.ctx, []byte("two"), rpcOutcome{first}); err != nil {
			s.Fatal(err)
		}
		p.send(wire.MergedBlockMetaSuccess{RequestID: p.next().(wire.RpcRequest).RequestID, NumChunks: 1, Body: []byte("x")})
		meta := s.outcome()
		if _, err := c.SendMergedBlockMetaReq(s.ctx, "a", 1, 2, 3, metaOutcome{meta}); err != nil {
			s.Fatal(err)
		}
		p.send(wire.RpcResponse{RequestID: p.next().(wire.MergedBlockMetaRequest).RequestID, Body: []byte("x")})
		if e, f := first.next(), meta.next(); e.err == nil || f.err == nil || isClosed(e.err) || isClosed(f.err) {
			s.Errorf("answers of another kind: %v, %v", e, f)
		}
		if !c.IsActive() || c.Outstanding() != 0 || !o.none() || !first.none() {
			s.Errorf("active %v, %d outstanding, more ends: %v %v", c.IsActive(), c.Outstanding(), !o.none(), !first.none())
		}
		st := s.outcome()
		c.Stream(s.ctx, "a", streamOutcome{st})
		p.next()
		p.send(wire.ChunkFetchSuccess{StreamID: 1, ChunkIndex: 1, Body: big})
		p.write(append(wire.AppendFrame(nil, wire.StreamResponse{StreamID: "other name", ByteCount: 5}), "hello"...))
		if e := st.next(); e.body != "hello" {
			s.Error(e)
		}
		st = s.outcome()
		c.Stream(s.ctx, "b", streamOutcome{st})
		p.next()
		p.write(append(wire.AppendFrame(nil, wire.StreamResponse{StreamID: "b", ByteCount: 1 << 62}), "hello"...))
		p.conn.Close()
		if e := st.next(); !isClosed(e.err) || e.body != "hello" {
			s.Error(e)
		}
	})
}

// TestFloodOfTinyFrames: a hundred thousand frames in one write, requests with the same id among them, are served one by one.
func TestFloodOfTinyFrames(t *testing.T) {
	inWorlds(t, func(s *stage) {
		a := &app{}
		p := s.visit(s.server(transport.Config{}, a).Addr())
		var b []byte
		n := 100_000
		if s.simulated {
			n = 20_000
		}
		for i := range n {
			switch i % 4 {
			case 0:
				b = wire.AppendFrame(b, wire.OneWayMessage{})
			case 1:
				b = wire.AppendFrame(b, wire.RpcRequest{RequestID: 7, Body: []byte("hello/")})
			case 2:
				b = wire.AppendFrame(b, wire.RpcResponse{RequestID: int64(i)})
			case 3:
				b = wire.AppendFrame(b, wire.ChunkFetchFailure{StreamID: int64(i), Error: ""})
			}
		}
		s.start("write", func() { p.write(b) })
		for range n / 4 {
			if m, ok := p.next().(wire.RpcResponse); !ok || m.RequestID != 7 || string(m.Body) != "Hello, !" {
				s.Fatal(m)
			}
		}
		s.until("the messages", func() bool { return a.count(func(a *app) int { return len(a.oneWay) }) == n/4 })
	})
}
