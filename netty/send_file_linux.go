// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"errors"
	"io"
	"os"
	"syscall"

	"github.com/twinwire/twinwire/api"
)

// The sizes from which sendfile pays, measured over the loopback interface: a fixed cost of each call first, then that of
// a paced connection, as BBR's, which takes pages of files no better than copied bytes.
const (
	sendFromPlain = 32 << 10
	sendFromPaced = 256<<10 + 1
)

// sendFileFrom is the size for a connection that is paced, or is not.
func sendFileFrom(paced bool) int64 {
	if paced {
		return sendFromPaced
	}
	return sendFromPlain
}

// SendFile sends head and then n bytes of f from offset on, with sendfile at an explicit offset when f is an *os.File or
// embeds one, so that any number of senders may share f. The system holds head back until it has bytes of f to go with
// it. Write deadlines hold. A file that ends early gives io.ErrUnexpectedEOF.
func (c *tcpConn) SendFile(head []byte, f api.File, offset, n int64) (int64, error) {
	sc, ok := f.(syscall.Conn)
	if !ok {
		return c.copyFile(head, f, offset, n)
	}
	src, err := sc.SyscallConn()
	if err != nil {
		return 0, err
	}
	t := fileTransfer{head: head, offset: offset, left: n}
	err = c.sendRange(src, &t)
	if t.left == n && cannotSend(err) {
		rest, err := c.copyFile(head[t.headSent:], f, offset, n)
		return int64(t.headSent) + rest, err
	}
	return int64(t.headSent) + n - t.left, err
}

// sendRange holds src's descriptor and then, for the whole transfer, the right to write to c.
func (c *tcpConn) sendRange(src syscall.RawConn, t *fileTransfer) error {
	var connErr error
	fileErr := src.Control(func(from uintptr) {
		connErr = c.raw.Write(func(to uintptr) bool { return t.send(int(to), int(from)) })
	})
	switch {
	case fileErr != nil: // the file is closed; package os has an error of its own for that, which matches nothing
		return c.opError("sendfile", os.ErrClosed)
	case connErr != nil:
		return c.opError("sendfile", connErr)
	case t.err == nil || errors.Is(t.err, io.ErrUnexpectedEOF) || errors.Is(t.err, syscall.EIO): // of the file's disk
		return t.err
	}
	return c.opError("sendfile", t.err)
}

// cannotSend says that the file system has no sendfile.
func cannotSend(err error) bool {
	return errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOSYS) || errors.Is(err, syscall.EOPNOTSUPP)
}
