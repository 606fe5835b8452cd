// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"context"

	"github.com/twinwire/twinwire/api"
)

// waiter is a channel that holds the one permit.
type waiter chan struct{}

var _ api.Waiter = waiter(nil)

func (w waiter) Wait(ctx context.Context) error {
	if ctx == nil {
		<-w
		return nil
	}
	done := ctx.Done()
	if done == nil {
		<-w
		return nil
	}
	select {
	case <-w:
		return nil
	case <-done:
		return ctx.Err()
	}
}

func (w waiter) Wake() {
	select {
	case w <- struct{}{}:
	default: // the permit is there already
	}
}
