// SPDX-License-Identifier: Apache-2.0

package memnet

import (
	"context"
	"time"
)

// runContext is the context of main and Boot functions. It ends with the run, when no task runs any more, so a wait on
// it costs nothing.
type runContext struct{ world *World }

var _ context.Context = (*runContext)(nil)

//go:norace
func (c *runContext) Deadline() (time.Time, bool) { return time.Time{}, false }

//go:norace
func (c *runContext) Done() <-chan struct{} { return c.world.done }

//go:norace
func (c *runContext) Err() error {
	if c.world.stage.Load() == stageOver {
		return context.Canceled
	}
	return nil
}

//go:norace
func (c *runContext) Value(any) any { return nil }

// AfterFunc makes children of the context cost no goroutine. They are never told: nothing would run.
//
//go:norace
func (c *runContext) AfterFunc(func()) (stop func() bool) { return func() bool { return true } }
