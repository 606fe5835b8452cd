// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"time"

	"github.com/twinwire/twinwire/api"
)

var _ api.Sleeper = (*hostRuntime)(nil)

// A sleeper is what a task sleeps with, one time after the other.
type sleeper struct {
	timer
	waiter waiter
	over   bool
}

//go:norace
func (s *sleeper) fire(*World) {
	s.over = true
	s.waiter.give()
}

// Sleep implements api.Sleeper: the timer wakes the task itself, without a task for that.
//
//go:norace
func (r *hostRuntime) Sleep(ctx context.Context, d time.Duration) error {
	t := r.host().enter("Runtime.Sleep")
	w := r.host().world
	if w.probes() {
		w.probe(t, "Runtime.Sleep", d.String(), uint64(d))
	}
	w.mayWait(t, "Sleep")
	if d <= 0 {
		return nil
	}
	if t.sleeper == nil {
		t.sleeper = &sleeper{waiter: waiter{host: t.host}}
		t.sleeper.who = t.sleeper
	}
	s := t.sleeper
	s.inc, s.over, s.waiter.permit = r.host().inc, false, false
	if !s.inc.dead {
		w.startTimer(&s.timer, w.at(r.host().clock.trueSpan(d)))
	}
	for !s.over {
		if err := s.waiter.wait(ctx, t, waitSleep, nil); err != nil {
			w.stopTimer(&s.timer)
			return err
		}
	}
	return nil
}
