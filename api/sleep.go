// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"time"
)

// Sleep waits until d has passed in rt's time, or returns ctx.Err() as soon as ctx is done. Use it where other
// programs use time.Sleep.
func Sleep(ctx context.Context, rt Runtime, d time.Duration) error {
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
