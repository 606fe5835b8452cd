// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// waits checks how many requests wait for a reply.
func (s *stage) waits(c *transport.Client, want int) {
	s.Helper()
	if n := c.Outstanding(); n != want {
		s.Errorf("%d requests outstanding, want %d", n, want)
	}
}

func isRemote(err error, text string) bool {
	remote, ok := errors.AsType[*transport.RemoteFailure](err)
	return ok && remote.Text == text
}

func TestTRS01HandleSuccessfulFetch(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{})
		for i, n := range []int{5, 200 << 10, 9 << 20} { // one that comes whole, one that is received in place
			o := s.outcome()
			c.FetchChunk(s.ctx, 1, int32(i), chunkOutcome{o})
			s.waits(c, 1)
			if m, ok := p.next().(wire.ChunkFetchRequest); !ok || m.StreamID != 1 || m.ChunkIndex != int32(i) {
				s.Error("request:", m)
			}
			p.send(wire.ChunkFetchSuccess{StreamID: 1, ChunkIndex: int32(i), Body: pattern(n)})
			if e := o.next(); e.err != nil || e.index != int32(i) || e.body != string(pattern(n)) || !o.none() {
				s.Error(e.index, len(e.body), e.err)
			}
			s.waits(c, 0)
		}
	})
}

func TestTRS02HandleFailedFetch(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{})
		o := s.outcome()
		c.FetchChunk(s.ctx, 1, 0, chunkOutcome{o})
		p.next()
		p.send(wire.ChunkFetchFailure{StreamID: 1, ChunkIndex: 0, Error: "some error msg"})
		if e := o.next(); !isRemote(e.err, "some error msg") || isClosed(e.err) || e.index != 0 {
			s.Error(e)
		}
		s.waits(c, 0)
	})
}

func TestTRS03ClearAllOutstandingRequests(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{})
		o := s.outcome()
		for i := range int32(3) {
			c.FetchChunk(s.ctx, 1, i, chunkOutcome{o})
			p.next()
		}
		s.waits(c, 3)
		p.send(wire.ChunkFetchSuccess{StreamID: 1, ChunkIndex: 0, Body: []byte("zero")})
		if e := o.next(); e.index != 0 || e.body != "zero" {
			s.Error(e)
		}
		p.conn.Close()
		for want := int32(1); want < 3; want++ {
			if e := o.next(); e.index != want || !isClosed(e.err) {
				s.Error(want, e)
			}
		}
		s.until("the end", func() bool { return !c.IsActive() })
		s.waits(c, 0)
		if !o.none() {
			s.Error("told twice")
		}
	})
}

// rpc asks and returns the request's id as the peer sees it.
func (s *stage) rpc(c *transport.Client, p *peer) (*outcome, int64) {
	s.Helper()
	o := s.outcome()
	if _, err := c.SendRpc(s.ctx, []byte("ping"), rpcOutcome{o}); err != nil {
		s.Error(err)
	}
	m, _ := p.next().(wire.RpcRequest)
	return o, m.RequestID
}

// passed waits until the client has read everything the peer sent so far.
func (s *stage) passed(c *transport.Client, p *peer) {
	s.Helper()
	o, id := s.rpc(c, p)
	p.send(wire.RpcResponse{RequestID: id})
	o.next()
}

func TestTRS04HandleSuccessfulRPC(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{})
		o, id := s.rpc(c, p)
		for _, unknown := range []int64{id + 1, id + 1<<24, id - 1<<24, 0, -1, 1<<63 - 1} {
			p.send(wire.RpcResponse{RequestID: unknown, Body: []byte("not mine")})
		}
		s.passed(c, p)
		s.waits(c, 1)
		p.send(wire.RpcResponse{RequestID: id, Body: []byte("mine")})
		if e := o.next(); e.body != "mine" || e.err != nil {
			s.Error(e)
		}
		p.send(wire.RpcResponse{RequestID: id, Body: []byte("again")})
		s.passed(c, p)
		s.waits(c, 0)
		if !o.none() {
			s.Error("told twice")
		}
	})
}

func TestTRS05HandleFailedRPC(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{})
		o, id := s.rpc(c, p)
		p.send(wire.RpcFailure{RequestID: id + 1, Error: "not mine"})
		s.passed(c, p)
		s.waits(c, 1)
		p.send(wire.RpcFailure{RequestID: id, Error: "uh-oh"})
		if e := o.next(); !isRemote(e.err, "uh-oh") || !o.none() {
			s.Error(e)
		}
		s.waits(c, 0)
	})
}

func TestTRS06ActiveStreams(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{})
		o := s.outcome()
		begun := s.outcome()
		o.take = func([]byte) error { begun.put(end{}); return nil }
		c.Stream(s.ctx, "stream", streamOutcome{o})
		s.waits(c, 1)
		p.next()
		p.send(wire.StreamResponse{StreamID: "stream", ByteCount: 10})
		p.write([]byte("01234"))
		begun.next()
		s.waits(c, 1)
		p.write([]byte("56789"))
		if e := o.next(); e.body != "0123456789" || e.err != nil {
			s.Error(e)
		}
		s.waits(c, 0)
		c.Stream(s.ctx, "none", streamOutcome{o})
		s.waits(c, 1)
		p.next()
		p.send(wire.StreamFailure{StreamID: "none", Error: "foo"})
		if e := o.next(); !isRemote(e.err, "foo") {
			s.Error(e)
		}
		s.waits(c, 0)
	})
}

func TestTRS07FailOutstandingStreamCallbackOnClose(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{})
		queued := s.outcome()
		c.Stream(s.ctx, "queued", streamOutcome{queued})
		p.conn.Close()
		if e := queued.next(); !isClosed(e.err) {
			s.Error("queued:", e)
		}
		s.waits(c, 0)
		c, p = s.meet(transport.Config{})
		halfway := s.outcome()
		c.Stream(s.ctx, "halfway", streamOutcome{halfway})
		p.next()
		p.send(wire.StreamResponse{StreamID: "halfway", ByteCount: 10})
		p.write([]byte("01234"))
		p.conn.Close()
		if e := halfway.next(); !isClosed(e.err) || !errors.Is(e.err, io.ErrUnexpectedEOF) || e.body != "01234" {
			s.Error("halfway:", e)
		}
	})
}

func TestTRS08FailOutstandingStreamCallbackOnException(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{})
		o := s.outcome()
		c.Stream(s.ctx, "stream", streamOutcome{o})
		p.write(make([]byte, 8)) // a frame that is shorter than its own length
		e := o.next()
		if _, ok := errors.AsType[*wire.FrameError](e.err); !ok || !isClosed(e.err) {
			s.Error(e)
		}
		// A taker that refuses the bytes is told its own reason, which is no I/O error of ours.
		c, p = s.meet(transport.Config{})
		o.take = func([]byte) error { return io.ErrShortWrite }
		c.Stream(s.ctx, "stream", streamOutcome{o})
		p.next()
		p.send(wire.StreamResponse{StreamID: "stream", ByteCount: 10})
		p.write([]byte("01234"))
		if e := o.next(); !errors.Is(e.err, io.ErrShortWrite) || isClosed(e.err) {
			s.Error(e)
		}
		s.until("the connection's end", func() bool { return !c.IsActive() })
	})
}

// meta asks for merged block meta and returns the request as the peer sees it.
func (s *stage) meta(c *transport.Client, p *peer) (*outcome, wire.MergedBlockMetaRequest) {
	s.Helper()
	o := s.outcome()
	if _, err := c.SendMergedBlockMetaReq(s.ctx, "app", 1, 2, 3, metaOutcome{o}); err != nil {
		s.Error(err)
	}
	m, _ := p.next().(wire.MergedBlockMetaRequest)
	if m.AppID != "app" || m.ShuffleID != 1 || m.ShuffleMergeID != 2 || m.ReduceID != 3 {
		s.Error("request:", m)
	}
	return o, m
}

func TestTRS09HandleSuccessfulMergedBlockMeta(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{})
		o, m := s.meta(c, p)
		p.send(wire.MergedBlockMetaSuccess{RequestID: m.RequestID + 1, NumChunks: 22, Body: []byte("not mine")})
		s.passed(c, p)
		s.waits(c, 1)
		p.send(wire.MergedBlockMetaSuccess{RequestID: m.RequestID, NumChunks: 2, Body: []byte("bitmaps")})
		if e := o.next(); e.chunks != 2 || e.body != "bitmaps" || e.err != nil {
			s.Error(e)
		}
		s.waits(c, 0)
		// An answer of the wrong kind is a failure of that request alone.
		o, m = s.meta(c, p)
		p.send(wire.RpcResponse{RequestID: m.RequestID})
		if e := o.next(); e.err == nil || !strings.Contains(e.err.Error(), "merged block meta") {
			s.Error(e)
		}
		o, id := s.rpc(c, p)
		p.send(wire.MergedBlockMetaSuccess{RequestID: id})
		if e := o.next(); e.err == nil || !c.IsActive() {
			s.Error(e)
		}
	})
}

func TestTRS10HandleFailedMergedBlockMeta(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{})
		o, m := s.meta(c, p)
		p.send(wire.RpcFailure{RequestID: m.RequestID + 1, Error: "not mine"})
		s.passed(c, p)
		s.waits(c, 1)
		p.send(wire.RpcFailure{RequestID: m.RequestID, Error: "uh-oh"})
		if e := o.next(); !isRemote(e.err, "uh-oh") {
			s.Error(e)
		}
		s.waits(c, 0)
	})
}
