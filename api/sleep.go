// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"time"
)

// Sleep waits until d has passed in rt's time, or returns ctx.Err() as soon as ctx is done. Use it where other
// programs use time.Sleep.
func Sleep(ctx context.Context, rt Runtime, d time.Duration) error {
	if s, ok := rt.(Sleeper); ok {
		return s.Sleep(ctx, d)
	}
	until := rt.Now().Add(d)
	w := rt.NewWaiter()
	timer := rt.AfterFunc(d, w.Wake)
	defer timer.Stop()
	for rt.Now().Before(until) {
		if err := w.Wait(ctx); err != nil {
			return err
		}
	}
	return nil
}

// Sleeper is an optional ability of a Runtime, found by type assertion: to let the calling task sleep more cheaply than
// with a waiter and a timer.
type Sleeper interface {
	// Sleep does what [Sleep] says.
	Sleep(ctx context.Context, d time.Duration) error
}
