// SPDX-License-Identifier: Apache-2.0

//go:build unix

package netty

import (
	"errors"
	"io"
	"os"
	"syscall"

	"github.com/twinwire/twinwire/api"
)

var _ api.ReadWaiter = (*tcpConn)(nil)

// WaitReadable waits until there is input, or returns the error of Read, which at the end of the stream is io.EOF. Read
// deadlines hold. It looks with MSG_PEEK, which takes a pending error of the socket away, so such an error is returned
// here and not by the next Read.
func (c *tcpConn) WaitReadable() error {
	var n int
	var peekErr error
	err := c.raw.Read(func(fd uintptr) bool {
		var b [1]byte
		for {
			n, _, peekErr = syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK)
			if !errors.Is(peekErr, syscall.EINTR) {
				return !errors.Is(peekErr, syscall.EAGAIN)
			}
		}
	})
	switch {
	case err != nil:
		return c.opError("read", err)
	case peekErr != nil:
		return c.opError("read", os.NewSyscallError("recvfrom", peekErr))
	case n == 0:
		return io.EOF
	}
	return nil
}
