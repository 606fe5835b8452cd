// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"errors"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

func TestRTO01TimeoutInactiveRequests(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c := s.client(transport.Config{ConnectionTimeout: s.short}, s.server(transport.Config{}, &app{}).Addr())
		if got, err := s.ask(c, "hello/one"); got != "Hello, one!" || err != nil {
			s.Error(got, err)
		}
		_, err := s.ask(c, "mute")
		late, ok := errors.AsType[*api.TimeoutError](err)
		if !isClosed(err) || !ok || late.Setting != "ConnectionTimeout" || late.After < s.short {
			s.Error(err)
		}
	})
}

func TestRTO02TimeoutCleanlyClosesClient(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server := s.server(transport.Config{}, &app{})
		f := s.factory(transport.Config{ConnectionTimeout: s.short})
		first := s.pooled(f, server.Addr())
		if _, err := s.ask(first, "mute"); !isClosed(err) {
			s.Error(err)
		}
		if first.IsActive() {
			s.Error("the client is still active")
		}
		second := s.pooled(f, server.Addr())
		if got, err := s.ask(second, "hello/two"); second == first || got != "Hello, two!" || err != nil {
			s.Error("the next client:", second == first, got, err)
		}
	})
}

// TestRTO03FurtherRequestsDelay: the time is counted from the last request, and both end together.
func TestRTO03FurtherRequestsDelay(t *testing.T) {
	inWorlds(t, func(s *stage) {
		for timeout := s.short; !s.furtherRequestsDelay(timeout); timeout *= 4 {
			s.Log("the machine was too slow for a timeout of", timeout)
		}
	})
}

// furtherRequestsDelay reports false when the pause between the requests was as long as the timeout.
func (s *stage) furtherRequestsDelay(timeout time.Duration) bool {
	s.Helper()
	c, _ := s.meet(transport.Config{ConnectionTimeout: timeout})
	o := s.outcome()
	start := s.rt.Now()
	c.FetchChunk(s.ctx, 0, 0, chunkOutcome{o})
	s.sleep(timeout * 6 / 10)
	second := s.rt.Now()
	c.FetchChunk(s.ctx, 0, 1, chunkOutcome{o})
	if s.rt.Now().Sub(start) >= timeout {
		return false
	}
	for i := range int32(2) {
		if e := o.next(); e.index != i || !isClosed(e.err) {
			s.Error(i, e)
		}
		if d := s.rt.Now().Sub(second); d < timeout {
			s.Errorf("request %d failed %v after the last one", i, d)
		}
	}
	return true
}
