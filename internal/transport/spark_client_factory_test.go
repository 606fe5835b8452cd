// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/internal/transport"
)

// pooled is a client of the factory's pool.
func (s *stage) pooled(f *transport.ClientFactory, address string) *transport.Client {
	s.Helper()
	c, err := f.Client(s.ctx, address)
	if err != nil {
		s.Error(err)
		return nil
	}
	if !c.IsActive() {
		s.Error("an inactive client")
	}
	return c
}

func TestTCF01ReuseClientsUpToConfigVariable(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server := s.server(transport.Config{}, &app{})
		for most := 1; most <= 4; most++ {
			f := s.factory(transport.Config{ConnectionsPerPeer: most})
			distinct := map[*transport.Client]bool{}
			for range most * 10 {
				distinct[s.pooled(f, server.Addr())] = true
			}
			if len(distinct) > most || f.Open() != len(distinct) {
				s.Errorf("%d connections a peer: %d clients, %d open", most, len(distinct), f.Open())
			}
		}
	})
}

func TestTCF02ReuseClientsUpToConfigVariableConcurrent(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server := s.server(transport.Config{}, &app{})
		for most := 1; most <= 4; most++ {
			f := s.factory(transport.Config{ConnectionsPerPeer: most})
			got := make([]*transport.Client, most*10)
			s.together(len(got), func(i int) { got[i] = s.pooled(f, server.Addr()) })
			distinct := map[*transport.Client]bool{}
			for _, c := range got {
				distinct[c] = true
			}
			if len(distinct) > most || f.Open() != len(distinct) {
				s.Errorf("%d connections a peer: %d clients, %d open", most, len(distinct), f.Open())
			}
		}
	})
}

func TestTCF03ReturnDifferentClientsForDifferentServers(t *testing.T) {
	inWorlds(t, func(s *stage) {
		f := s.factory(transport.Config{})
		one := s.pooled(f, s.server(transport.Config{}, &app{}).Addr())
		two := s.pooled(f, s.server(transport.Config{}, &app{}).Addr())
		if one == two || !one.IsActive() || !two.IsActive() {
			s.Error("one client for two servers")
		}
	})
}

func TestTCF04NeverReturnInactiveClients(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server, f := s.server(transport.Config{}, &app{}), s.factory(transport.Config{})
		one := s.pooled(f, server.Addr())
		one.Close()
		if one.IsActive() {
			s.Error("active after Close")
		}
		if two := s.pooled(f, server.Addr()); two == one {
			s.Error("the closed one again")
		}
	})
}

func TestTCF05CloseBlockClientsWithFactory(t *testing.T) {
	inWorlds(t, func(s *stage) {
		f := s.factory(transport.Config{})
		one := s.pooled(f, s.server(transport.Config{}, &app{}).Addr())
		two := s.pooled(f, s.server(transport.Config{}, &app{}).Addr())
		if err := f.Close(s.ctx); err != nil {
			s.Error(err)
		}
		if one.IsActive() || two.IsActive() || f.Open() != 0 {
			s.Error("still active; open:", f.Open())
		}
	})
}

func TestTCF06CloseIdleConnectionForRequestTimeOut(t *testing.T) {
	inWorlds(t, func(s *stage) {
		f := s.factory(transport.Config{CloseIdle: true, ConnectionTimeout: s.short})
		c := s.pooled(f, s.server(transport.Config{}, &app{}).Addr())
		s.until("the idle connection's end", func() bool { return !c.IsActive() })
	})
}

func TestTCF07CloseFactoryBeforeCreateClient(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server, f := s.server(transport.Config{}, &app{}), s.factory(transport.Config{})
		if err := f.Close(s.ctx); err != nil {
			s.Error(err)
		}
		if c, err := f.Client(s.ctx, server.Addr()); c != nil || !isClosed(err) {
			s.Error(c, err)
		}
	})
}

func TestTCF08FastFailConnectionInTimeWindow(t *testing.T) {
	for wait, window := range map[time.Duration]string{time.Hour: "57m0s", math.MaxInt64: "2433945h23m55.012037017s"} {
		inWorlds(t, func(s *stage) {
			f, dead := s.factory(transport.Config{RetryWait: wait}), s.dead()
			_, first := f.ClientFailFast(s.ctx, dead)
			_, second := f.ClientFailFast(s.ctx, dead)
			if !isClosed(first) || strings.Contains(first.Error(), "directly") {
				s.Error("first:", first)
			}
			if !isClosed(second) || !strings.HasSuffix(second.Error(), "failed in the last "+window+", fail this connection directly") {
				s.Error("second:", second)
			}
			if _, err := f.Client(s.ctx, dead); !isClosed(err) || strings.Contains(err.Error(), "directly") {
				s.Error("one who is not in a hurry:", err)
			}
		})
	}
}

func TestTCF09UnlimitedConnectionAndCreationTimeouts(t *testing.T) {
	inWorlds(t, func(s *stage) {
		cfg := transport.Config{ConnectTimeout: -1, ConnectionTimeout: -1, CloseIdle: true}
		f := s.factory(cfg)
		c := s.pooled(f, s.server(cfg, &app{}).Addr())
		s.sleep(5 * s.short)
		if got, err := s.ask(c, "hello/again"); !c.IsActive() || got != "Hello, again!" {
			s.Error("after a pause:", got, err)
		}
		_, err := f.Client(s.ctx, s.dead())
		if !isClosed(err) || errors.Unwrap(err) == nil {
			s.Error("a dead port:", err)
		}
	})
}
