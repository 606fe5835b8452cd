// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"testing"

	"github.com/twinwire/twinwire/internal/transport"
)

// TestMaxConnections: one more than may be is served when another has ended, and keeps nobody from closing the server.
func TestMaxConnections(t *testing.T) {
	inWorlds(t, func(s *stage) {
		a := &app{}
		server := s.server(transport.Config{MaxConnections: 2}, a)
		first, second := s.visit(server.Addr()), s.visit(server.Addr())
		s.until("two connections", func() bool { return server.Open() == 2 })
		third, fourth := s.visit(server.Addr()), s.visit(server.Addr())
		s.sleep(s.short)
		if n := server.Open(); n != 2 {
			s.Errorf("%d connections are open", n)
		}
		first.conn.Close()
		ended := func(n int) func() bool {
			return func() bool { return a.count(func(a *app) int { return len(a.ended) }) == n }
		}
		s.until("the first's end, and the third", func() bool { return ended(1)() && server.Open() == 2 })
		second.conn.Close()
		s.until("the second's end, and the fourth", func() bool { return ended(2)() && server.Open() == 2 })
		fifth := s.visit(server.Addr())
		if err := server.Close(s.ctx); err != nil {
			s.Error(err)
		}
		for _, p := range []*peer{third, fourth, fifth} {
			p.conn.Close()
		}
	})
}
