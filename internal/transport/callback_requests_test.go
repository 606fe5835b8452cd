// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"errors"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// inAnswer calls f in the callback of an answer.
type inAnswer struct {
	rpcOutcome
	f func()
}

func (c inAnswer) OnSuccess(body []byte) {
	c.f()
	c.rpcOutcome.OnSuccess(body)
}

// askFrom sends n requests whose callbacks call f, and returns the answers to them as they come from a peer.
func (p *peer) askFrom(c *transport.Client, n int, o *outcome, f func()) (answers []byte) {
	p.s.Helper()
	for range n {
		if _, err := c.SendRpc(p.s.ctx, []byte("first"), inAnswer{rpcOutcome{o}, f}); err != nil {
			p.s.Fatal(err)
		}
	}
	for range n {
		m := p.next().(wire.RpcRequest)
		answers = wire.AppendFrame(answers, wire.RpcResponse{RequestID: m.RequestID, Body: []byte("answer")})
	}
	return answers
}

// TestRequestsOfCallbacksLeaveTogether: what callbacks send that hear of their answers together is one write.
func TestRequestsOfCallbacksLeaveTogether(t *testing.T) {
	inWorlds(t, func(s *stage) {
		network := &writeCounter{Network: s.network}
		s.network = network
		c, p := s.meet(transport.Config{})
		o := s.outcome()
		const n = 16
		answers := p.askFrom(c, n, o, func() { _, _ = c.SendRpc(s.ctx, []byte("next"), rpcOutcome{o}) })
		before := network.writes.Load()
		p.write(answers)
		for range n {
			if m := p.next().(wire.RpcRequest); string(m.Body) != "next" {
				s.Errorf("a request of a callback is %q", m.Body)
			}
		}
		if got := network.writes.Load() - before; got != 1 && !s.simulated { // where the answers come together
			s.Errorf("%d requests in %d writes", n, got)
		}
	})
}

// TestRequestOfACallbackThatBlocks: it leaves although the callback does not return, and although nothing comes.
func TestRequestOfACallbackThatBlocks(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{})
		o, goOn := s.outcome(), api.NewQueue[struct{}](s.rt, 0)
		p.write(p.askFrom(c, 2, o, func() {
			_, _ = c.SendRpc(s.ctx, []byte("next"), rpcOutcome{o})
			_, _ = goOn.Get(s.ctx)
		}))
		if m := p.next().(wire.RpcRequest); string(m.Body) != "next" {
			s.Errorf("the request of the callback is %q", m.Body)
		}
		goOn.Close()
		p.next()
	})
}

// TestRequestOfACallbackThatCloses: it has an outcome, as those behind it have.
func TestRequestOfACallbackThatCloses(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, p := s.meet(transport.Config{})
		o := s.outcome()
		sent := 0
		p.write(p.askFrom(c, 4, o, func() {
			if _, err := c.SendRpc(s.ctx, []byte("next"), rpcOutcome{o}); err == nil {
				sent++
			}
			c.Close()
		}))
		failed := 0
		for range 5 {
			if e := o.next(); e.body == "" {
				failed++
				if !errors.Is(e.err, api.ErrConnectionClosed) {
					s.Error("a request failed:", e.err)
				}
			}
		}
		if sent != 1 || failed == 0 {
			s.Errorf("%d requests of callbacks were sent, %d failed", sent, failed)
		}
	})
}
