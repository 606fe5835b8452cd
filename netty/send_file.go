// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package netty

import (
	"math"

	"github.com/twinwire/twinwire/api"
)

// SendFile sends n bytes of f from offset on, through a buffer. Any number of senders may share f. A file that ends
// early gives io.ErrUnexpectedEOF.
func (c *tcpConn) SendFile(head []byte, f api.File, offset, n int64) (int64, error) {
	return c.copyFile(head, f, offset, n)
}

// sendFileFrom: there is never anything to gain.
func sendFileFrom(bool) int64 { return math.MaxInt64 }
