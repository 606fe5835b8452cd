// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"context"
	"testing"

	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

// knocks is a handshake after whose answer both sides encrypt.
type knocks struct{ o *outcome }

func (k knocks) Bootstrap(ctx context.Context, c *transport.Client) error {
	if _, err := c.SendRpc(ctx, []byte("let me in"), installs{rpcOutcome{k.o}, c}); err != nil {
		return err
	}
	return k.o.next().err
}

// TestPeerEncryptsAtOnce: what stands right behind the answer that ends a handshake, and came with it, is decrypted.
func TestPeerEncryptsAtOnce(t *testing.T) {
	inWorlds(t, func(s *stage) {
		l, err := s.there.Listen(s.ctx, s.bind)
		if err != nil {
			s.Fatal(err)
		}
		defer l.Close()
		a := &app{}
		f := transport.NewClientFactory(s.rt, s.network, transport.Config{}, a, knocks{s.outcome()})
		s.closers = append(s.closers, f.Close)
		s.start("client", func() {
			if _, err := f.Client(s.ctx, l.Addr().String()); err != nil {
				s.Error(err)
			}
		})
		conn, err := l.Accept()
		if err != nil {
			s.Fatal(err)
		}
		p := s.peer(conn)
		answer := wire.AppendFrame(nil, wire.RpcResponse{RequestID: p.next().(wire.RpcRequest).RequestID})
		p.write((&rot{}).Seal(answer, wire.AppendFrame(nil, wire.OneWayMessage{Body: []byte("welcome")})))
		s.until("the welcome", func() bool { return a.count(func(a *app) int { return len(a.oneWay) }) == 1 })
		if a.oneWay[0] != "welcome" {
			s.Errorf("heard %q", a.oneWay)
		}
	})
}
