// SPDX-License-Identifier: Apache-2.0

package api

import (
	"container/list"
	"context"
	"sync/atomic"
	"time"
)

// WithCancel returns a child of parent that is done when cancel is called or parent is done. It is what
// context.WithCancel is elsewhere; waits on it cost no goroutine and, in a simulation, no polling. A parent made by the
// standard library is watched by one task of rt until the child is done, so always call cancel.
func WithCancel(parent context.Context, rt Runtime) (ctx context.Context, cancel context.CancelFunc) {
	c := newTaskContext(parent, rt)
	c.follow()
	return c, func() { c.end(context.Canceled, nil, true) }
}

// WithCancelCause is [WithCancel] whose cancel says why: context.Cause of the child, and of its children, returns that.
// An ask that ends with such a context ends with an error that matches the cause: this is how an ask is aborted
// (Spark's askAbortable). A nil cause is context.Canceled.
func WithCancelCause(parent context.Context, rt Runtime) (ctx context.Context, cancel context.CancelCauseFunc) {
	c := newTaskContext(parent, rt)
	c.follow()
	return c, func(cause error) { c.end(context.Canceled, cause, true) }
}

// WithTimeout returns a child of parent that is done with context.DeadlineExceeded once d has passed in rt's time, or
// when parent is done, or when cancel is called, whichever comes first. Use it instead of context.WithTimeout, whose
// deadline belongs to the machine's clock and means nothing in virtual time. If d is not positive it is done at once.
// Always call cancel.
func WithTimeout(parent context.Context, rt Runtime, d time.Duration) (ctx context.Context, cancel context.CancelFunc) {
	c := newTaskContext(parent, rt)
	at := rt.Now().Add(d)
	if !c.hasDeadline || at.Before(c.deadline) {
		c.deadline, c.hasDeadline = at, true
		c.mu.Lock()
		c.timer = rt.AfterFunc(d, func() { c.end(context.DeadlineExceeded, nil, true) })
		c.mu.Unlock()
	}
	c.follow()
	if d <= 0 {
		c.end(context.DeadlineExceeded, nil, true)
	}
	return c, func() { c.end(context.Canceled, nil, true) }
}

// taskContext is the context type of the api. It tells those who wait directly, in the order in which they came,
// through the method AfterFunc, which the standard library knows too.
type taskContext struct {
	parent      context.Context
	rt          Runtime
	deadline    time.Time
	hasDeadline bool
	over        atomic.Bool     // err is set, for good
	alone       atomic.Bool     // ended, and not because the parent did
	caused      context.Context // set before alone: where context.Cause finds the cause, nil without one

	mu     Mutex
	timer  Timer
	err    error
	done   chan struct{} // made by the first Done
	after  list.List     // of func()
	unlink func() bool   // leaves the parent
}

// taskContextKey finds the nearest taskContext behind contexts that only add values.
type taskContextKey struct{}

// afterFuncer is what a context that tells directly has.
type afterFuncer interface {
	AfterFunc(f func()) (stop func() bool)
}

func newTaskContext(parent context.Context, rt Runtime) *taskContext {
	c := &taskContext{parent: parent, rt: rt, mu: rt.NewMutex()}
	c.deadline, c.hasDeadline = parent.Deadline()
	return c
}

// follow makes the end of the parent the end of c.
func (c *taskContext) follow() {
	end := func() { c.end(c.parent.Err(), nil, false) }
	if p := directParent(c.parent); p != nil {
		c.link(p.AfterFunc(end))
		return
	}
	if c.parent.Err() != nil {
		end()
		return
	}
	if c.parent.Done() == nil {
		return
	}
	w := c.rt.NewWaiter()
	c.link(func() bool { w.Wake(); return true })
	c.rt.Go("context watch", func() {
		for c.Err() == nil && c.parent.Err() == nil {
			if w.Wait(c.parent) != nil {
				break
			}
		}
		if err := c.parent.Err(); err != nil {
			c.end(err, nil, false)
		}
	})
}

// link has the end of c leave the parent by unlink: now, if it has come already.
func (c *taskContext) link(unlink func() bool) {
	c.mu.Lock()
	ended := c.err != nil
	c.unlink = unlink
	c.mu.Unlock()
	if ended {
		unlink()
	}
}

func directParent(parent context.Context) afterFuncer {
	if p, ok := parent.(afterFuncer); ok {
		return p
	}
	p, ok := parent.Value(taskContextKey{}).(*taskContext)
	if ok && parent.Done() == p.Done() {
		return p
	}
	return nil
}

// end makes c done with err and perhaps a cause, tells who waits and leaves the parent. alone says that the parent is
// not the reason. Only the first call counts.
func (c *taskContext) end(err, cause error, alone bool) {
	c.mu.Lock()
	if c.err != nil || err == nil {
		c.mu.Unlock()
		return
	}
	if cause != nil {
		caused, cancel := context.WithCancelCause(context.WithoutCancel(c.parent))
		cancel(cause)
		c.caused = caused
	}
	c.alone.Store(alone)
	c.err = err
	c.over.Store(true)
	if c.done != nil {
		close(c.done)
	}
	var tell []func()
	for e := c.after.Front(); e != nil; e = e.Next() {
		tell = append(tell, e.Value.(func()))
	}
	c.after.Init()
	unlink, timer := c.unlink, c.timer
	c.mu.Unlock()
	if timer != nil {
		timer.Stop()
	}
	if unlink != nil {
		unlink()
	}
	for _, f := range tell {
		f()
	}
}

// AfterFunc arranges that f is called by the task that ends c, or now if c is done. The standard library uses it to
// make its own children of c without a goroutine.
func (c *taskContext) AfterFunc(f func()) (stop func() bool) {
	c.mu.Lock()
	if c.err != nil {
		c.mu.Unlock()
		f()
		return func() bool { return false }
	}
	e := c.after.PushBack(f)
	c.mu.Unlock()
	return func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.err != nil {
			return false
		}
		n := c.after.Len()
		c.after.Remove(e)
		return c.after.Len() < n
	}
}

func (c *taskContext) Deadline() (time.Time, bool) { return c.deadline, c.hasDeadline }

func (c *taskContext) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == nil {
		c.done = make(chan struct{})
		if c.err != nil {
			close(c.done)
		}
	}
	return c.done
}

func (c *taskContext) Err() error {
	if !c.over.Load() {
		return nil
	}
	return c.err
}

func (c *taskContext) Value(key any) any {
	if key == (taskContextKey{}) {
		return c
	}
	switch {
	case !c.alone.Load():
		return c.parent.Value(key)
	case c.caused != nil:
		return c.caused.Value(key)
	}
	return context.WithoutCancel(c.parent).Value(key) // without what context.Cause would take for the reason
}
