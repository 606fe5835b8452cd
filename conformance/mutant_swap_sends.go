// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"sync"
	"time"

	"github.com/twinwire/twinwire/api"
)

func swapSends() Mutant {
	return Mutant{
		Name:     "swap-sends",
		About:    "now and then two one-way messages change places",
		CaughtBy: []string{"messages of one sender arrive in the order sent", "an ask is handled after the sends before it"},
		Wrap: func(h Harness) Harness {
			return onSenders(h, func(inner api.RefSender, rt api.Runtime) api.RefSender {
				return &swappingSender{RefSender: inner, rt: rt}
			})
		},
	}
}

// swappingSender keeps every fourth message back until the next one has left, or a while has passed.
type swappingSender struct {
	api.RefSender
	rt api.Runtime

	mu   sync.Mutex
	sent int
	held func() error
}

func (s *swappingSender) SendTo(to api.RpcEndpointRef, msg any) error {
	s.mu.Lock()
	s.sent++
	hold := s.sent%4 == 0
	if hold {
		s.held = func() error { return s.RefSender.SendTo(to, msg) }
	}
	s.mu.Unlock()
	if hold {
		s.rt.AfterFunc(5*time.Millisecond, func() {
			_ = s.release() // a one-way message may get lost
		})
		return nil
	}
	err := s.RefSender.SendTo(to, msg)
	if herr := s.release(); err == nil {
		err = herr
	}
	return err
}

func (s *swappingSender) release() error {
	s.mu.Lock()
	held := s.held
	s.held = nil
	s.mu.Unlock()
	if held == nil {
		return nil
	}
	return held()
}
