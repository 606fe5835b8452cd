// SPDX-License-Identifier: Apache-2.0

package memnet

import "context"

// waiter fills api.Waiter.
type waiter struct {
	host   *Host
	task   *task // that waits
	woken  edge
	permit bool
	ended  bool // the context told that it ended
	tell   func()
	what   func() string // it waits for; nil: not said
}

// afterFuncer is a context that tells directly: those of the api.
type afterFuncer interface {
	AfterFunc(f func()) (stop func() bool)
}

//go:norace
func (s *waiter) Wait(ctx context.Context) error {
	t := s.host.enter("Waiter.Wait")
	s.host.world.mayWait(t, "Wait")
	err := s.wait(ctx, t, waitWake, nil)
	s.woken.acquire()
	return err
}

// Describe implements api.DescribedWaiter.
//
//go:norace
func (s *waiter) Describe(what func() string) { s.what = what }

//go:norace
func (s *waiter) Wake() {
	t := s.host.enterLate("Waiter.Wake")
	if t == nil {
		return
	}
	s.woken.release()
	s.give()
	s.host.world.point(t, s)
}

//go:norace
func (s *waiter) give() {
	s.permit = true
	if s.task != nil {
		s.host.world.makeReady(s.task)
	}
}

//go:norace
func (s *waiter) wait(ctx context.Context, t *task, why waitKind, on any) error {
	if s.task != nil && !s.task.inc.dead {
		panic("memnet: two tasks wait on one waiter: make one for each")
	}
	s.ended = false
	switch ctx.(type) {
	case nil:
		s.park(t, why, on)
		s.permit = false
		return nil
	case *runContext:
		return s.waitOut(ctx, t, why, on)
	}
	if err := s.host.world.refuseForeign(ctx); err != nil {
		return err
	}
	if a, ok := ctx.(afterFuncer); ok {
		return s.waitTold(ctx, t, a, why, on)
	}
	done := ctx.Done()
	if done == nil {
		s.park(t, why, on)
		s.permit = false
		return nil
	}
	return s.waitPolled(ctx, t, done, why, on)
}

// park suspends the task unless there is something to return for.
//
//go:norace
func (s *waiter) park(t *task, why waitKind, on any) {
	if s.permit || s.ended {
		return
	}
	if on == nil {
		on = s
	}
	s.task = t
	s.host.world.park(t, why, on)
	s.task = nil
}

// waitOut waits with the context of the run.
//
//go:norace
func (s *waiter) waitOut(ctx context.Context, t *task, why waitKind, on any) error {
	if s.host.world.farewell.said {
		return s.either(t, ctx.Err())
	}
	t.outlasting = s
	s.park(t, why, on)
	t.outlasting = nil
	if s.ended {
		s.ended = false
		return s.either(t, ctx.Err())
	}
	s.permit = false
	return nil
}

// waitTold waits with a context that calls back when it ends.
//
//go:norace
func (s *waiter) waitTold(ctx context.Context, t *task, a afterFuncer, why waitKind, on any) error {
	if err := ctx.Err(); err != nil {
		return s.either(t, err)
	}
	if !s.permit {
		if s.tell == nil {
			s.tell = func() { s.end() }
		}
		stop := a.AfterFunc(s.tell)
		s.park(t, why, on)
		stop()
	}
	if s.ended {
		s.ended = false
		if err := ctx.Err(); err != nil {
			return s.either(t, err)
		}
	}
	s.permit = false
	return nil
}

// end is told that the context of the wait has ended.
//
//go:norace
func (s *waiter) end() {
	s.woken.release()
	s.ended = true
	if s.task != nil {
		s.host.world.makeReady(s.task)
	}
}

// either draws what a wait returns when its context has ended and a permit may be there too.
//
//go:norace
func (s *waiter) either(t *task, err error) error {
	if s.permit && s.host.world.choose(&t.points, 2) == 0 {
		s.permit = false
		return nil
	}
	return err
}
