// SPDX-License-Identifier: Apache-2.0

package transport

// Quiet reports whether the connection waits without a buffer.
func (c *Client) Quiet() bool { return c.in.quiet.Load() }
