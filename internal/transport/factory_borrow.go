// SPDX-License-Identifier: Apache-2.0

package transport

import "context"

// Borrow returns an active connection to address that nobody else uses, for one whose use of it keeps what comes behind
// from being read: one that was given back, or a new one. Failures are as those of Client. He gives it back or closes it.
func (f *ClientFactory) Borrow(ctx context.Context, address string) (*Client, error) {
	f.mu.Lock()
	c := f.spare[address]
	delete(f.spare, address)
	f.mu.Unlock()
	if c != nil && c.IsActive() && c.idle.claim() {
		return c, nil
	}
	return f.dial(ctx, address, nil)
}

// GiveBack ends the use of a borrowed connection. One is kept for the next who wants it.
func (f *ClientFactory) GiveBack(c *Client) {
	f.mu.Lock()
	keep := !f.closed.Load() && f.open[c] != 0 && f.spare[c.remote] == nil && c.IsActive()
	if keep {
		f.spare[c.remote] = c
	}
	f.mu.Unlock()
	if !keep {
		c.Close()
	}
}
