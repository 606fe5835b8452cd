// SPDX-License-Identifier: Apache-2.0

package netty

import (
	"errors"
	"io"
	"net"
	"sync"
	"syscall"

	"github.com/twinwire/twinwire/api"
)

// copySize is how much of a file is in memory at once when the system cannot send it by itself.
const copySize = 256 << 10

// tcpConn is a TCP connection with the optional abilities of the seam. It embeds *net.TCPConn, and adds no Write, Read
// or ReadFrom, so that net.Buffers still leaves in one writev and io.Copy still splices.
type tcpConn struct {
	*net.TCPConn
	raw     syscall.RawConn
	buffers *sync.Pool // the network's
	from    int64
}

var (
	_ net.Conn       = (*tcpConn)(nil)
	_ api.FileSender = (*tcpConn)(nil)
)

// SendFileFrom implements api.FileSender.
func (c *tcpConn) SendFileFrom() int64 { return c.from }

// copyFile sends head and a range of f through a buffer. Unlike a Write it is not one with respect to concurrent writers.
func (c *tcpConn) copyFile(head []byte, f api.File, offset, n int64) (int64, error) {
	if len(head) > 0 {
		if sent, err := c.Write(head); err != nil {
			return int64(sent), err
		}
		sent, err := c.copyFile(nil, f, offset, n)
		return int64(len(head)) + sent, err
	}
	buf := c.buffers.Get().(*[copySize]byte)
	defer c.buffers.Put(buf)
	var sent int64
	for sent < n {
		piece := buf[:min(n-sent, copySize)]
		got, err := f.ReadAt(piece, offset+sent)
		if got > 0 {
			w, werr := c.Write(piece[:got])
			sent += int64(w)
			if werr != nil {
				return sent, werr
			}
		}
		if got < len(piece) {
			if err == nil || errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return sent, err
		}
	}
	return sent, nil
}

// opError is err as an operation of c reports it.
func (c *tcpConn) opError(op string, err error) error {
	if raw, ok := errors.AsType[*net.OpError](err); ok {
		err = raw.Err
	}
	return &net.OpError{Op: op, Net: "tcp", Source: c.LocalAddr(), Addr: c.RemoteAddr(), Err: err}
}
