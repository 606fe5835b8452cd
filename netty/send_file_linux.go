// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"errors"
	"io"
	"os"
	"syscall"

	"github.com/twinwire/twinwire/api"
)

// sendSize bounds one sendfile call: larger ones are slower when the receiver reads in large pieces.
const sendSize = 512 << 10

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

// SendFile sends n bytes of f from offset on, with sendfile at an explicit offset when f is an *os.File or embeds one,
// so that any number of senders may share f. Write deadlines hold. A file that ends early gives io.ErrUnexpectedEOF.
func (c *tcpConn) SendFile(f api.File, offset, n int64) (int64, error) {
	sc, ok := f.(syscall.Conn)
	if !ok {
		return c.copyFile(f, offset, n)
	}
	src, err := sc.SyscallConn()
	if err != nil {
		return 0, err
	}
	sent, err := c.sendRange(src, offset, n)
	if sent == 0 && cannotSend(err) {
		return c.copyFile(f, offset, n)
	}
	return sent, err
}

// sendRange holds src's descriptor and then, for the whole transfer, the right to write to c.
func (c *tcpConn) sendRange(src syscall.RawConn, offset, n int64) (int64, error) {
	var sent int64
	var sendErr, connErr error
	fileErr := src.Control(func(from uintptr) {
		connErr = c.raw.Write(func(to uintptr) bool {
			for sent < n {
				m, err := syscall.Sendfile(int(to), int(from), &offset, int(min(n-sent, sendSize)))
				switch {
				case m > 0:
					sent += int64(m)
				case errors.Is(err, syscall.EINTR):
				case errors.Is(err, syscall.EAGAIN):
					return false // until the socket takes more
				case err != nil:
					sendErr = os.NewSyscallError("sendfile", err)
					return true
				default:
					sendErr = io.ErrUnexpectedEOF
					return true
				}
			}
			return true
		})
	})
	switch {
	case fileErr != nil: // the file is closed; package os has an error of its own for that, which matches nothing
		return sent, c.opError("sendfile", os.ErrClosed)
	case connErr != nil:
		return sent, c.opError("sendfile", connErr)
	case errors.Is(sendErr, io.ErrUnexpectedEOF):
		return sent, sendErr
	case sendErr != nil:
		return sent, c.opError("sendfile", sendErr)
	}
	return sent, nil
}

// cannotSend says that the file system has no sendfile.
func cannotSend(err error) bool {
	return errors.Is(err, syscall.EINVAL) || errors.Is(err, syscall.ENOSYS) || errors.Is(err, syscall.EOPNOTSUPP)
}
