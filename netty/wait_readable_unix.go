// SPDX-License-Identifier: Apache-2.0

//go:build unix

package netty

import (
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
	var p peek
	err := c.raw.Read(p.look)
	switch {
	case err != nil:
		return c.opError("read", err)
	case p.failed != 0:
		return c.opError("read", os.NewSyscallError("recvfrom", p.failed))
	case p.n == 0:
		return io.EOF
	}
	return nil
}

// peek is what a look found. A waiting connection has one, so it is small.
type peek struct {
	n      int
	failed syscall.Errno
}

// look reports whether there is something, or will be nothing.
func (p *peek) look(fd uintptr) bool {
	var b [1]byte
	for {
		n, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK)
		p.n = n
		p.failed, _ = err.(syscall.Errno) //nolint:errorlint // a system call's own
		if p.failed != syscall.EINTR {
			return p.failed != syscall.EAGAIN
		}
	}
}
