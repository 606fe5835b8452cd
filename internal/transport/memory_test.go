// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"errors"
	"io"
	"runtime"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// TestQuietConnection: a connection is quiet until it is used much, and again when it is not; what comes then is read
// all the same.
func TestQuietConnection(t *testing.T) {
	for seed := range uint64(20) {
		inSimulation(t, seed, func(s *stage) {
			_, c := s.served()
			burst := func(n int) {
				for range n {
					if got, err := s.ask(c, "echo/x"); got != "x" || err != nil {
						s.Fatal(got, err)
					}
				}
			}
			for range 3 {
				burst(10)
				if !c.Quiet() {
					s.Error("not quiet after few asks")
				}
				burst(200)
				if c.Quiet() {
					s.Error("quiet after many asks")
				}
				s.sleep(20 * time.Second)
				if !c.Quiet() {
					s.Error("not quiet after a pause")
				}
			}
		})
	}
}

// TestFramesThatComeSlowly: pieces of frames, large and small, that come with pauses between them.
func TestFramesThatComeSlowly(t *testing.T) {
	for seed := range uint64(5) {
		inSimulation(t, seed, func(s *stage) {
			a := &app{}
			p := s.visit(s.server(transport.Config{}, a).Addr())
			for id, size := range []int{10, 40 << 10, 200 << 10} {
				frame := wire.AppendFrame(nil, wire.RpcRequest{RequestID: int64(id), Body: append([]byte("echo/"), pattern(size)...)})
				for at := 0; at < len(frame); {
					n := min(1+at/2, len(frame)-at)
					p.write(frame[at : at+n])
					at += n
					s.sleep(7 * time.Second)
				}
				if m, ok := p.next().(wire.RpcResponse); !ok || m.RequestID != int64(id) || string(m.Body) != string(pattern(size)) {
					s.Errorf("%d bytes: answered %v", size, m)
				}
			}
		})
	}
}

// TestAnnouncedChunk: memory grows with what has come, not with what was announced, and what breaks off is a failure.
func TestAnnouncedChunk(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{})
		o := s.outcome()
		c.FetchChunk(s.ctx, 1, 0, chunkOutcome{o})
		p.next()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		p.write(wire.AppendChunkFetchSuccessHeader(nil, 1, 0, 1<<30))
		p.write(make([]byte, 5<<20))
		p.conn.Close()
		if e := o.next(); !isClosed(e.err) || !errors.Is(e.err, io.ErrUnexpectedEOF) {
			s.Error(e)
		}
		runtime.ReadMemStats(&after)
		if d := after.TotalAlloc - before.TotalAlloc; d > 64<<20 {
			s.Errorf("%d MiB were allocated for 5", d>>20)
		}
	})
}

// TestUnaskedChunk: a large chunk that nobody waits for is let pass.
func TestUnaskedChunk(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{})
		p.send(wire.ChunkFetchSuccess{StreamID: 1, ChunkIndex: 2, Body: pattern(3 << 20)})
		s.passed(c, p)
	})
}

// installs installs a cipher when the answer comes.
type installs struct {
	rpcOutcome
	c *transport.Client
}

func (i installs) OnSuccess([]byte) { i.put(end{err: i.c.InstallCipher(&rot{})}) }

// TestCipherOnASlowConnection: what a cipher has put out and the peer was slow to take is sent once and in order.
func TestCipherOnASlowConnection(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{})
		o := s.outcome()
		if _, err := c.SendRpc(s.ctx, nil, installs{rpcOutcome{o}, c}); err != nil {
			s.Error(err)
		}
		p.send(wire.RpcResponse{RequestID: p.next().(wire.RpcRequest).RequestID})
		if e := o.next(); e.err != nil {
			s.Error(e.err)
		}
		const n = 300
		g := api.NewGroup(s.rt)
		g.Go("sends", func() error {
			for i := range n {
				if i == 1 {
					s.sleep(s.short / 40) // so that it is not left to the task that wrote the first
				}
				if err := c.Send(s.ctx, pattern(30<<10+i)); err != nil {
					return err
				}
			}
			return nil
		})
		in, buf := &rot{}, make([]byte, 64<<10)
		for i := 0; i < n; {
			s.sleep(s.short / 40)
			k, err := p.conn.Read(buf)
			if err != nil {
				s.Fatal(err)
			}
			plain, _ := in.Open(nil, buf[:k])
			p.decoder.Feed(plain)
			for payload, ok, err := p.decoder.Next(); ok || err != nil; payload, ok, err = p.decoder.Next() {
				if body, perr := wire.ParseOneWayMessage(payload); err != nil || perr != nil || string(body) != string(pattern(30<<10+i)) {
					s.Fatal("message", i, err, perr)
				}
				i++
			}
		}
		if err := g.Wait(s.ctx); err != nil {
			s.Error(err)
		}
	})
}
