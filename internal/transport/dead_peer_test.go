// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// TestAskingOnDoesNotKeepADeadConnection: the peer takes everything and answers nothing.
func TestAskingOnDoesNotKeepADeadConnection(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{ConnectionTimeout: s.short})
		s.start("reads on", func() { _, _ = io.Copy(io.Discard, p.conn) })
		o, asked := s.outcome(), 0
		for c.IsActive() {
			if _, err := c.SendRpc(s.ctx, []byte("anybody there"), rpcOutcome{o}); err == nil {
				asked++
			}
			s.sleep(s.short / 8)
		}
		for range asked {
			if e := o.next(); !isClosed(e.err) || !errors.Is(e.err, api.ErrTimeout) {
				s.Error(e)
			}
		}
	})
}

// TestPeerThatStopsReading: the peer goes on sending, which does not help it.
func TestPeerThatStopsReading(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{ConnectionTimeout: s.short})
		s.start("sends on", func() {
			for c.IsActive() {
				if _, err := p.conn.Write(wire.AppendFrame(nil, wire.OneWayMessage{})); err != nil {
					return
				}
				s.sleep(s.short / 8)
			}
		})
		_, err := s.ask(c, string(make([]byte, 8<<20))) // more than the buffers on the way hold
		if !isClosed(err) || !errors.Is(err, api.ErrTimeout) {
			s.Error(err)
		}
	})
}

// TestPeerHasItsTimeToRead: a peer that sends on and does not read has the whole timeout from when bytes began to wait, also
// where none did when the connection was last looked at, which may have been long ago.
func TestPeerHasItsTimeToRead(t *testing.T) {
	inWorlds(t, func(s *stage) {
		gate := &gatedNetwork{Network: s.there, rt: s.rt, ctx: s.ctx, permits: api.NewQueue[struct{}](s.rt, 0)}
		s.there = gate
		a := &app{}
		p := s.visit(s.server(transport.Config{ConnectionTimeout: s.short}, a).Addr())
		ended := func() bool { return a.count(func(a *app) int { return len(a.ended) }) > 0 }
		sends := func(message wire.Message) bool {
			_, err := p.conn.Write(wire.AppendFrame(nil, message))
			s.sleep(s.short / 16)
			return err == nil && !ended()
		}
		for range 7 {
			sends(wire.OneWayMessage{})
		}
		asked := s.rt.Now()
		for sends(wire.RpcRequest{Body: []byte("hello/you")}) {
		}
		s.until("the end of the connection", ended)
		if d := s.rt.Now().Sub(asked); d < s.short {
			s.Errorf("closed %v after bytes began to wait", d)
		}
	})
}

// TestWaitingForRoomEnds: who waits because the peer does not read is told when the connection ends, or gives up with
// its context.
func TestWaitingForRoomEnds(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, _ := s.meet(transport.Config{ConnectionTimeout: 20 * s.short})
		g := api.NewGroup(s.rt)
		g.Go("one-way messages", func() error {
			for {
				if err := c.Send(s.ctx, make([]byte, 30<<10)); err != nil {
					return err
				}
			}
		})
		impatient, cancel := api.WithTimeout(s.ctx, s.rt, s.short)
		defer cancel()
		for err := error(nil); err == nil; {
			if err = c.Send(impatient, make([]byte, 30<<10)); err != nil && !errors.Is(err, impatient.Err()) {
				s.Error("impatient:", err)
			}
		}
		if err := g.Wait(s.ctx); !isClosed(err) {
			s.Error("patient:", err)
		}
	})
}

// TestAnswersNobodyTakes: a peer that asks and does not read costs a bounded amount, then its connection is closed, and
// others are served meanwhile.
func TestAnswersNobodyTakes(t *testing.T) {
	inWorlds(t, func(s *stage) {
		a := &app{}
		server := s.server(transport.Config{MaxBacklog: 6 << 20}, a)
		p, good := s.visit(server.Addr()), s.client(transport.Config{}, server.Addr())
		s.start("asks on", func() {
			for i := int64(0); ; i++ {
				if _, err := p.conn.Write(wire.AppendFrame(nil, wire.RpcRequest{RequestID: i, Body: []byte("large")})); err != nil {
					return
				}
			}
		})
		ended := func() bool { return a.count(func(a *app) int { return len(a.ended) }) > 0 }
		for i := 0; !ended(); i++ {
			if got, err := s.ask(good, fmt.Sprint("echo/", i)); got != fmt.Sprint(i) || err != nil {
				s.Fatal("the other connection:", got, err)
			}
			s.sleep(s.short / 8)
		}
		a.mu.Lock()
		err := a.ended[0]
		a.mu.Unlock()
		if !strings.Contains(err.Error(), "the peer took less than its answers") {
			s.Error(err)
		}
	})
}

// TestFloodsInBothDirections: two who ask each other for more than fits on the way, over one connection, do not wait for
// each other for ever.
func TestFloodsInBothDirections(t *testing.T) {
	inWorlds(t, func(s *stage) {
		back := &caller{app: &app{}, calls: api.NewQueue[*transport.Client](s.rt, 0)}
		c := s.client(transport.Config{}, s.server(transport.Config{}, back).Addr())
		there, err := back.calls.Get(s.ctx)
		if err != nil {
			s.Fatal(err)
		}
		ends := []*transport.Client{c, there}
		s.together(2*24, func(i int) {
			body := fmt.Sprint("echo/", strings.Repeat("x", 512<<10), i)
			if got, err := s.ask(ends[i%2], body); "echo/"+got != body || err != nil {
				s.Error(i, len(got), err)
			}
		})
	})
}

// caller hands out the connections it serves, to ask over them.
type caller struct {
	*app
	calls *api.Queue[*transport.Client]
}

func (a *caller) Active(c *transport.Client) { _ = a.calls.Put(nil, c) } //nolint:staticcheck // it never waits

// TestCloseLetsThePeerRead: what was answered before a server closes reaches a peer that goes on sending.
func TestCloseLetsThePeerRead(t *testing.T) {
	inWorlds(t, func(s *stage) {
		a := &app{}
		server := s.server(transport.Config{}, a)
		p := s.visit(server.Addr())
		s.start("asks on", func() {
			for i := int64(0); ; i++ {
				if _, err := p.conn.Write(wire.AppendFrame(nil, wire.RpcRequest{RequestID: i, Body: []byte("echo/x")})); err != nil {
					return
				}
			}
		})
		p.payload()
		s.start("close", func() {
			if err := server.Close(s.ctx); err != nil {
				s.Error(err)
			}
		})
		n, err := io.Copy(io.Discard, p.conn)
		if err != nil {
			s.Error("read", n, "bytes more, then", err)
		}
		p.conn.Close()
	})
}
