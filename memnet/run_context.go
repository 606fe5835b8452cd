// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"slices"
	"time"
)

// runContext is the context of main and Boot functions. It ends with the run, when no task runs any more, or before the
// epilogue of one.
type runContext struct{ world *World }

var _ context.Context = (*runContext)(nil)

//go:norace
func (c *runContext) Deadline() (time.Time, bool) { return time.Time{}, false }

//go:norace
func (c *runContext) Done() <-chan struct{} { return c.world.farewell.done }

//go:norace
func (c *runContext) Err() error {
	if c.world.farewell.said || c.world.stage.Load() == stageOver {
		return context.Canceled
	}
	return nil
}

//go:norace
func (c *runContext) Value(any) any { return nil }

// AfterFunc makes children of the context cost no goroutine. They are told before an epilogue; after the run nothing
// would run.
//
//go:norace
func (c *runContext) AfterFunc(f func()) (stop func() bool) {
	e := &c.world.farewell
	if e.said {
		f()
		return func() bool { return false }
	}
	l := &listening{f: f, at: len(e.tell)}
	e.tell = append(e.tell, l)
	return func() bool { return e.forget(l) }
}

// farewell is how the run's contexts end while tasks still run.
type farewell struct {
	done chan struct{}
	said bool
	tell []*listening
}

// listening is who wants to be told.
type listening struct {
	f  func()
	at int // in tell; -1: no longer there
}

//go:norace
func (e *farewell) forget(l *listening) bool {
	if e.said || l.at < 0 {
		return false
	}
	last := len(e.tell) - 1
	e.tell[l.at] = e.tell[last]
	e.tell[l.at].at = l.at
	e.tell[last] = nil
	e.tell = e.tell[:last]
	l.at = -1
	return true
}

// sayFarewell ends the run's contexts. It is called by the task of the epilogue.
//
//go:norace
func (w *World) sayFarewell() {
	e := &w.farewell
	e.said = true
	close(e.done)
	for _, h := range append([]*Host{w.root}, w.order...) {
		if h.inc.dead {
			continue
		}
		for _, t := range slices.Clone(h.inc.tasks) {
			if s := t.waits; s != nil {
				s.end()
			}
		}
	}
	for _, l := range e.tell {
		l.f()
	}
}
