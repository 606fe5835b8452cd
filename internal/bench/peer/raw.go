// SPDX-License-Identifier: Apache-2.0

package peer

import (
	"bufio"
	"encoding/binary"
	"io"
	"net"
)

// The first byte of a raw connection says what its frames are for.
const (
	rawEcho  = 'e'
	rawCount = 'c'
)

const (
	rawHeader = 8 // the length of a frame, itself included
	rawBuffer = 64 << 10
)

// serveRaw starts a server without any RPC: the floor that the others stand on.
func serveRaw() (Server, error) {
	return serveEach(func(c net.Conn) {
		defer c.Close()
		r := bufio.NewReaderSize(c, rawBuffer)
		switch kind, err := r.ReadByte(); {
		case err != nil:
		case kind == rawEcho:
			echoFrames(c, r)
		case kind == rawCount:
			countFrames(c, r)
		}
	})
}

// echoFrames sends each frame back.
func echoFrames(w io.Writer, r *bufio.Reader) {
	var buf []byte
	for {
		frame, err := readFrame(r, buf)
		if err != nil {
			return
		}
		if _, err := w.Write(frame); err != nil {
			return
		}
		buf = frame
	}
}

// countFrames counts frames; an empty one asks for the count and starts anew.
func countFrames(w io.Writer, r *bufio.Reader) {
	var buf []byte
	for n := uint64(0); ; n++ {
		frame, err := readFrame(r, buf)
		if err != nil {
			return
		}
		if len(frame) == rawHeader {
			if _, err := w.Write(binary.BigEndian.AppendUint64(nil, n)); err != nil {
				return
			}
			n = ^uint64(0)
		}
		buf = frame
	}
}

// readFrame reads one frame, with its header, into buf when it fits.
func readFrame(r *bufio.Reader, buf []byte) ([]byte, error) {
	head, err := r.Peek(rawHeader)
	if err != nil {
		return nil, err
	}
	n := int(binary.BigEndian.Uint64(head))
	if n > cap(buf) {
		buf = make([]byte, n)
	}
	buf = buf[:n]
	_, err = io.ReadFull(r, buf)
	return buf, err
}

// rawCaller is a ping-pong over a bare connection, for one caller.
type rawCaller struct {
	net.Conn
	r    *bufio.Reader
	out  []byte
	back []byte
}

func dialRaw(addr string) (Caller, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	if _, err := c.Write([]byte{rawEcho}); err != nil {
		c.Close()
		return nil, err
	}
	return &rawCaller{Conn: c, r: bufio.NewReaderSize(c, rawBuffer)}, nil
}

func (c *rawCaller) Call(id int64, data []byte) error {
	c.out = binary.BigEndian.AppendUint64(c.out[:0], uint64(2*rawHeader+len(data)))
	c.out = binary.BigEndian.AppendUint64(c.out, uint64(id))
	c.out = append(c.out, data...)
	if _, err := c.Write(c.out); err != nil {
		return err
	}
	got, err := readFrame(c.r, c.back)
	if err != nil {
		return err
	}
	c.back = got
	return check(id, int64(binary.BigEndian.Uint64(got[rawHeader:])), data, got[2*rawHeader:])
}
