// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"golang.org/x/sys/unix"

	"github.com/twinwire/twinwire/api"
)

var _ api.Corker = (*tcpConn)(nil)

// Cork implements api.Corker.
func (c *tcpConn) Cork(on bool) {
	value := 0
	if on {
		value = 1
	}
	_ = c.raw.Control(func(fd uintptr) { // an error: the next write tells
		_ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_CORK, value)
	})
}
