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
	ear    *ear // what the context tells; nil: nothing yet, or a context may still tell the last one
	tell   func()
	what   func() string // it waits for; nil: not said
	_      [2]uint64     // so that it stands in one line of the cache
}

// afterFuncer is a context that tells directly: those of the api.
type afterFuncer interface {
	AfterFunc(f func()) (stop func() bool)
}

// Wait implements api.Waiter. It parks in its own frame: see swap.
//
//go:norace
func (s *waiter) Wait(ctx context.Context) error {
	t := s.host.enter("Waiter.Wait")
	w := s.host.world
	w.mayWait(t, "Wait")
	var stop func() bool
	var err error
	if _, plain := ctx.(*runContext); plain && s.task == nil && !w.farewell.said { // as most often
		s.ended = false
		t.waits = s
	} else {
		stop, err = s.listen(ctx, t)
	}
	if err == nil {
		if !s.permit && !s.ended {
			s.task = t
			if to := w.suspend(t, waitWake, s); to != nil { // park, without a frame of its own
				if to.turns() {
					to.goIn()
				} else {
					to.goOut()
				}
			}
			w.resumed(t)
			s.task = nil
		}
		err = s.heard(ctx, t, stop)
	}
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

// wait is Wait for what is no call of Wait.
//
//go:norace
func (s *waiter) wait(ctx context.Context, t *task, why waitKind, on any) error {
	stop, err := s.listen(ctx, t)
	if err != nil {
		return err
	}
	if !s.permit && !s.ended {
		s.task = t
		t.host.world.park(t, why, on)
		s.task = nil
	}
	return s.heard(ctx, t, stop)
}

// listen has the waiter told when the context ends. It returns the error of the wait when that is so already, unless there
// is a permit that comes first.
//
//go:norace
func (s *waiter) listen(ctx context.Context, t *task) (stop func() bool, err error) {
	if s.task != nil && !s.task.inc.dead {
		panic("memnet: two tasks wait on one waiter: make one for each")
	}
	s.ended = false
	switch ctx.(type) {
	case nil:
		return nil, nil
	case *runContext:
		if s.host.world.farewell.said {
			return nil, s.either(t, ctx.Err())
		}
		t.waits = s
		return nil, nil
	}
	return s.listenTo(ctx, t)
}

// listenTo is listen for a context that some task has made.
//
//go:norace
func (s *waiter) listenTo(ctx context.Context, t *task) (stop func() bool, err error) {
	if err := s.host.world.refuseForeign(ctx); err != nil {
		return nil, err
	}
	a, tells := ctx.(afterFuncer)
	if !tells && ctx.Done() == nil {
		return nil, nil
	}
	if err := ctx.Err(); err != nil {
		return nil, s.either(t, err)
	}
	switch {
	case s.permit:
		return nil, nil
	case !tells:
		return s.poll(ctx, t.host), nil
	case s.ear == nil:
		s.ear = &ear{s}
		s.tell = s.ear.end
	}
	return a.AfterFunc(s.tell), nil
}

// heard ends listen, and returns the error of the wait.
//
//go:norace
func (s *waiter) heard(ctx context.Context, t *task, stop func() bool) error {
	t.waits = nil
	if stop != nil && !stop() && s.ear != nil {
		s.ear.waiter = nil
		s.ear, s.tell = nil, nil
	}
	if s.ended {
		s.ended = false
		if err := s.either(t, ctx.Err()); err != nil {
			return err
		}
	}
	s.permit = false
	return nil
}

// An ear is where a context tells a waiter that it has ended. One that ends while the wait does may tell it later, when the
// waiter waits for something else, perhaps for another task: then nobody hears it.
type ear struct{ waiter *waiter }

//go:norace
func (e *ear) end() {
	if e.waiter != nil {
		e.waiter.end()
	}
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

// either draws whether a wait returns the error of its context, which has ended, when a permit is there too.
//
//go:norace
func (s *waiter) either(t *task, err error) error {
	if err != nil && s.permit && s.host.world.choose(&t.points, 2) == 0 {
		return nil
	}
	return err
}
