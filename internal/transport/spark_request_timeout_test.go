// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"errors"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// inTime runs f with longer and longer timeouts, until it reports that the machine was not too slow for one.
func (s *stage) inTime(f func(timeout time.Duration) bool) {
	for timeout := s.short; !f(timeout); timeout *= 4 {
		s.Log("the machine was too slow for a timeout of", timeout)
	}
}

// late reports whether an answer came too late because the machine was slow.
func (s *stage) late(err error) bool {
	_, timedOut := errors.AsType[*api.TimeoutError](err)
	return !s.simulated && timedOut
}

func TestRTO01TimeoutInactiveRequests(t *testing.T) {
	inWorlds(t, func(s *stage) {
		s.inTime(func(timeout time.Duration) bool {
			c := s.client(transport.Config{ConnectionTimeout: timeout}, s.server(transport.Config{}, &app{}).Addr())
			got, err := s.ask(c, "hello/one")
			if s.late(err) {
				return false
			}
			if got != "Hello, one!" || err != nil {
				s.Error(got, err)
			}
			_, err = s.ask(c, "mute")
			late, ok := errors.AsType[*api.TimeoutError](err)
			if !isClosed(err) || !ok || late.Setting != "ConnectionTimeout" || late.After < timeout {
				s.Error(err)
			}
			return true
		})
	})
}

func TestRTO02TimeoutCleanlyClosesClient(t *testing.T) {
	inWorlds(t, func(s *stage) {
		server := s.server(transport.Config{}, &app{})
		s.inTime(func(timeout time.Duration) bool {
			f := s.factory(transport.Config{ConnectionTimeout: timeout})
			first := s.pooled(f, server.Addr())
			if _, err := s.ask(first, "mute"); !isClosed(err) {
				s.Error(err)
			}
			if first.IsActive() {
				s.Error("the client is still active")
			}
			second := s.pooled(f, server.Addr())
			got, err := s.ask(second, "hello/two")
			if second != first && s.late(err) {
				return false
			}
			if second == first || got != "Hello, two!" || err != nil {
				s.Error("the next client:", second == first, got, err)
			}
			return true
		})
	})
}

// TestRTO03FurtherRequestsDelay: the time is counted from the last request, and both end together.
func TestRTO03FurtherRequestsDelay(t *testing.T) {
	inWorlds(t, func(s *stage) { s.inTime(s.furtherRequestsDelay) })
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
