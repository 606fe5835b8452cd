// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"sync/atomic"
	"time"
)

// lateAfter is how long answers wait at most for a message loop that gathers them, while one of its handlers takes long.
const lateAfter = 500 * time.Microsecond

// lateFlush flushes in the place of a message loop that does not come to it in time. Its timer is set at the first answer
// and left alone until it fires, for the loop is nearly always faster. In between it holds nothing.
type lateFlush struct{ armed atomic.Bool }

func (l *lateFlush) arm(c *Client) {
	if !l.armed.Load() && l.armed.CompareAndSwap(false, true) {
		c.rt.AfterFunc(lateAfter, func() { l.fire(c) })
	}
}

func (l *lateFlush) fire(c *Client) {
	l.armed.Store(false)
	if c.out.begin() {
		c.out.flushOn()
	}
}
