// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"encoding/binary"
	"errors"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// dropping is an application that notes the requests that were too large.
type dropping struct {
	*app
	dropped *api.Queue[bool] // whether each was asked
}

func (d dropping) Oversized(_ *transport.Client, asked bool, cause error) {
	if errors.Is(cause, api.ErrMessageTooLarge) {
		_ = d.dropped.Put(context.Background(), asked) // it has room
	}
}

// TestOversizedFramesFailAlone: what is larger than its receiver takes fails by itself, on either side, and what else is
// under way over the connection comes.
func TestOversizedFramesFailAlone(t *testing.T) {
	const most = 2_000
	cfg := transport.Config{MaxPayload: most, MaxPayloadSetting: "the limit"}
	much := strings.Repeat("x", 300_000)
	told := func(err error) bool {
		return errors.Is(err, api.ErrMessageTooLarge) && !isClosed(err) && strings.Contains(err.Error(), "limit of 2000 (the limit)")
	}
	inWorlds(t, func(s *stage) {
		d := dropping{&app{streams: map[string]api.ManagedBuffer{"1_0": api.NewBytesBuffer([]byte(much)), "1_1": api.NewBytesBuffer([]byte("small"))}}, api.NewQueue[bool](s.rt, 0)}
		c := s.client(transport.Config{}, s.server(cfg, d).Addr())
		before := s.outcome()
		if _, err := c.SendRpc(s.ctx, []byte("hello/before"), rpcOutcome{before}); err != nil {
			s.Fatal(err)
		}
		if _, err := s.ask(c, "echo/"+much); !told(err) {
			s.Errorf("a large request: %.100v", err)
		}
		if err := c.Send(s.ctx, []byte(much)); err != nil {
			s.Error(err)
		}
		if got, err := s.ask(c, "hello/you"); got != "Hello, you!" || err != nil {
			s.Errorf("then: %q, %v", got, err)
		}
		if e := before.next(); e.body != "Hello, before!" {
			s.Errorf("before: %v", e)
		}
		asked, _ := d.dropped.Get(s.ctx)
		oneWay, _ := d.dropped.Get(s.ctx)
		if n := d.count(func(a *app) int { return len(a.oneWay) }); !asked || oneWay || n > 0 {
			s.Errorf("dropped: an ask %v, a send %v; %d came", asked, !oneWay, n)
		}

		c = s.client(cfg, s.server(transport.Config{}, d).Addr())
		o := s.outcome()
		c.FetchChunks(s.ctx, 1, 0, 2, chunkOutcome{o})
		if _, err := s.ask(c, "large"); !told(err) {
			s.Errorf("a large answer: %.100v", err)
		}
		if e := o.next(); e.index != 0 || !told(e.err) {
			s.Errorf("a large chunk: %d, %.100v", e.index, e.err)
		}
		if e := o.next(); e.index != 1 || e.body != "small" {
			s.Errorf("the chunk behind it: %d, %v", e.index, e.err)
		}
		if got, err := s.ask(c, "hello/you"); got != "Hello, you!" || err != nil || c.Outstanding() != 0 {
			s.Errorf("then: %q, %v, %d outstanding", got, err, c.Outstanding())
		}
	})
}

// TestOversizedFrameInPieces: it may come byte by byte; what else is large ends the connection.
func TestOversizedFrameInPieces(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server := s.server(transport.Config{MaxPayload: 1_000}, &app{})
		p := s.visit(server.Addr())
		for _, b := range wire.AppendFrame(nil, wire.RpcRequest{RequestID: 7, Body: make([]byte, 3_000)}) {
			p.write([]byte{b})
		}
		p.send(wire.RpcRequest{RequestID: 8, Body: []byte("hello/you")})
		if m, ok := p.next().(wire.RpcFailure); !ok || m.RequestID != 7 || !strings.HasPrefix(m.Error, "org.twinwire.MessageTooLargeException: ") {
			s.Errorf("%v", m)
		}
		if m, ok := p.next().(wire.RpcResponse); !ok || m.RequestID != 8 || string(m.Body) != "Hello, you!" {
			s.Errorf("%v", m)
		}
		nobodys := wire.RpcResponse{RequestID: 9, Body: make([]byte, 3_000)}
		p.send(nobodys)
		p.send(wire.ChunkFetchSuccess{StreamID: 1, ChunkIndex: 1, Body: nobodys.Body})
		p.send(wire.RpcRequest{RequestID: 10, Body: []byte("hello/you")})
		if m, ok := p.next().(wire.RpcResponse); !ok || m.RequestID != 10 {
			s.Errorf("%v", m)
		}
		p.send(wire.StreamRequest{StreamID: strings.Repeat("x", 3_000)})
		if n, err := p.conn.Read(make([]byte, 1)); n > 0 || err == nil {
			s.Errorf("a stream with a large name: %d bytes, %v", n, err)
		}
	})
}

// TestOversizedAnswers: of each kind of answer, one that is larger than its receiver takes fails who waits for it, and nobody
// else; one that nobody waits for is let pass.
func TestOversizedAnswers(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{MaxPayload: 1_000})
		much, text := make([]byte, 3_000), strings.Repeat("x", 3_000)
		rpc, meta, chunks := s.outcome(), s.outcome(), s.outcome()
		ask := func() int64 {
			if _, err := c.SendRpc(s.ctx, nil, rpcOutcome{rpc}); err != nil {
				s.Fatal(err)
			}
			return p.next().(wire.RpcRequest).RequestID
		}
		first, second, third := ask(), ask(), ask()
		if _, err := c.SendMergedBlockMetaReq(s.ctx, "app", 1, 2, 3, metaOutcome{meta}); err != nil {
			s.Fatal(err)
		}
		merged := p.next().(wire.MergedBlockMetaRequest).RequestID
		c.FetchChunks(s.ctx, 7, 4, 3, chunkOutcome{chunks})
		for range 3 {
			p.next()
		}
		for _, m := range []wire.Message{
			wire.RpcResponse{RequestID: first, Body: much}, wire.RpcResponse{RequestID: first, Body: much},
			wire.RpcFailure{RequestID: second, Error: text}, wire.MergedBlockMetaSuccess{RequestID: merged, NumChunks: 1, Body: much},
			wire.ChunkFetchFailure{StreamID: 7, ChunkIndex: 6, Error: text}, wire.ChunkFetchSuccess{StreamID: 7, ChunkIndex: 4, Body: much},
			wire.ChunkFetchSuccess{StreamID: 8, ChunkIndex: 5, Body: much}, wire.ChunkFetchSuccess{StreamID: 7, ChunkIndex: 5, Body: []byte("small")},
			wire.RpcResponse{RequestID: third, Body: []byte("small")},
		} {
			p.send(m)
		}
		tooLarge := func(e end) bool { return errors.Is(e.err, api.ErrMessageTooLarge) && !isClosed(e.err) }
		for range 2 {
			if e := rpc.next(); !tooLarge(e) {
				s.Error(e)
			}
		}
		if e := meta.next(); !tooLarge(e) {
			s.Error(e)
		}
		for _, index := range []int32{6, 4} {
			if e := chunks.next(); e.index != index || !tooLarge(e) {
				s.Error(index, e)
			}
		}
		if e, f := chunks.next(), rpc.next(); e.index != 5 || e.body != "small" || f.body != "small" {
			s.Error(e, f)
		}
		if n := c.Outstanding(); n != 0 || !c.IsActive() {
			s.Errorf("%d outstanding, active %v", n, c.IsActive())
		}
	})
}

// TestAnswerBeforeAnOversizedFrame: who is answered does not wait until the large frame behind his answer has passed.
func TestAnswerBeforeAnOversizedFrame(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{MaxPayload: 1_000})
		o := s.outcome()
		if _, err := c.SendRpc(s.ctx, nil, rpcOutcome{o}); err != nil {
			s.Fatal(err)
		}
		large := wire.AppendFrame(nil, wire.RpcResponse{Body: make([]byte, 3_000)})
		p.write(append(wire.AppendFrame(nil, wire.RpcResponse{RequestID: p.next().(wire.RpcRequest).RequestID, Body: []byte("soon")}), large[:15]...))
		if e := o.next(); e.body != "soon" {
			s.Error(e)
		}
		p.write(large[15:])
		s.passed(c, p)
	})
}

// TestImpossibleLengths: a frame larger than any can be is not waited for.
func TestImpossibleLengths(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server := s.server(transport.Config{MaxPayload: 1_000}, &app{})
		for _, length := range []uint64{0, 8, 1<<31 + 7, 1 << 40, 1<<63 - 1, 1 << 63, 1<<64 - 1} {
			p := s.visit(server.Addr())
			frame := wire.AppendFrame(nil, wire.RpcRequest{Body: make([]byte, 100)})
			binary.BigEndian.PutUint64(frame, length)
			p.write(frame)
			if n, err := p.conn.Read(make([]byte, 1)); n > 0 || err == nil {
				s.Errorf("length %d: %d bytes, %v", length, n, err)
			}
		}
	})
}
