// SPDX-License-Identifier: Apache-2.0

package blockpeer

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"syscall"
)

// rawMode is how a raw server sends a block.
type rawMode byte

const (
	bySendfile rawMode = iota + 1
	byPread
	byWrite
)

const (
	rawRequest = 25 // mode, block, first, count
	rawHeader  = 16 // in front of each block: its number and its size
)

// rawServer answers a request with header and block, again and again: the loop that a protocol adds its costs to.
type rawServer struct {
	listener net.Listener
	file     *os.File
}

func serveRaw(h Have) (Server, error) {
	f, err := os.Open(h.Path)
	if err != nil {
		return nil, err
	}
	l, err := congestion(h.Congestion).listen()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	s := &rawServer{l, f}
	go s.accept()
	return s, nil
}

func (s *rawServer) accept() {
	for {
		c, err := s.listener.Accept()
		if err != nil {
			return
		}
		go s.serve(c.(*net.TCPConn))
	}
}

func (s *rawServer) serve(c *net.TCPConn) {
	defer c.Close()
	var req [rawRequest]byte
	for {
		if _, err := io.ReadFull(c, req[:]); err != nil {
			return
		}
		block := int64(binary.BigEndian.Uint64(req[1:]))
		first, n := int64(binary.BigEndian.Uint64(req[9:])), int64(binary.BigEndian.Uint64(req[17:]))
		if err := s.send(c, rawMode(req[0]), block, first, n); err != nil {
			return
		}
	}
}

func (s *rawServer) send(c *net.TCPConn, mode rawMode, block, first, n int64) error {
	raw, err := c.SyscallConn()
	if err != nil {
		return err
	}
	buf := make([]byte, rawHeader, rawHeader+block)
	if mode != bySendfile {
		buf = buf[:rawHeader+block]
	}
	for i := first; i < first+n; i++ {
		binary.BigEndian.PutUint64(buf, uint64(i))
		binary.BigEndian.PutUint64(buf[8:], uint64(block))
		if mode == byPread {
			if _, err := s.file.ReadAt(buf[rawHeader:], i*block); err != nil {
				return err
			}
		}
		if _, err := c.Write(buf); err != nil {
			return err
		}
		if mode == bySendfile {
			if err := sendRange(raw, s.file, i*block, block); err != nil {
				return err
			}
		}
	}
	return nil
}

// sendRange is the sendfile loop of one block, at an explicit offset.
func sendRange(to syscall.RawConn, f *os.File, offset, n int64) error {
	var sendErr error
	from := int(f.Fd())
	err := to.Write(func(fd uintptr) bool {
		for n > 0 {
			m, err := syscall.Sendfile(int(fd), from, &offset, int(n))
			switch {
			case m > 0:
				n -= int64(m)
			case errors.Is(err, syscall.EAGAIN):
				return false
			case errors.Is(err, syscall.EINTR):
			case err == nil:
				sendErr = io.ErrUnexpectedEOF
				return true
			default:
				sendErr = err
				return true
			}
		}
		return true
	})
	return errors.Join(err, sendErr)
}

func (s *rawServer) Addr() string { return s.listener.Addr().String() }
func (s *rawServer) Close() error { return errors.Join(s.listener.Close(), s.file.Close()) }
