// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"errors"
	"io"
	"os"
	"syscall"

	"golang.org/x/sys/unix"
)

// sendSize bounds one sendfile call: larger ones are slower when the receiver reads in large pieces.
const sendSize = 512 << 10

// fileTransfer is what is left to be sent of some bytes and, behind them, a range of a file.
type fileTransfer struct {
	head     []byte
	headSent int
	offset   int64
	left     int64
	err      error // of the file
}

// send reports false when the socket takes no more for now.
func (t *fileTransfer) send(to, from int) bool {
	for t.headSent < len(t.head) || t.left > 0 {
		err := t.sendHead(to)
		if err == nil && t.headSent == len(t.head) {
			err = t.sendPiece(to, from)
		}
		switch {
		case err == nil || errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EAGAIN):
			return false
		default:
			t.err = err
			return true
		}
	}
	return true
}

// sendHead sends some of what is left of the head.
func (t *fileTransfer) sendHead(to int) error {
	if t.headSent == len(t.head) {
		return nil
	}
	more := 0
	if t.left > 0 {
		more = unix.MSG_MORE
	}
	n, err := unix.SendmsgN(to, t.head[t.headSent:], nil, nil, more)
	t.headSent += max(0, n)
	return err
}

// sendPiece sends some of what is left of the file.
func (t *fileTransfer) sendPiece(to, from int) error {
	if t.left == 0 {
		return nil
	}
	n, err := syscall.Sendfile(to, from, &t.offset, int(min(t.left, sendSize)))
	switch {
	case n > 0:
		t.left -= int64(n)
		return nil
	case err == nil:
		return io.ErrUnexpectedEOF
	case errors.Is(err, syscall.EINTR) || errors.Is(err, syscall.EAGAIN):
		return err
	}
	return os.NewSyscallError("sendfile", err)
}
