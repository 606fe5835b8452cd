// SPDX-License-Identifier: Apache-2.0

package peer

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/netty"
)

// rawPusher writes the frames that our own stack would write for the same message, through a 64 KiB buffer.
type rawPusher struct {
	net.Conn
	w     *bufio.Writer
	frame []byte
}

func pushRaw(addr string, senders int) (Pusher, error) {
	if senders != 1 {
		return nil, fmt.Errorf("%s: %d senders, one is possible", Raw, senders)
	}
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	p := &rawPusher{Conn: c, w: bufio.NewWriterSize(c, rawBuffer)}
	return p, p.w.WriteByte(rawCount)
}

func (p *rawPusher) Send(_ int, id int64, data []byte) error {
	if p.frame == nil {
		frame, err := captureFrame(SelfMessage{ID: id, Name: name, Data: data})
		if err != nil {
			return err
		}
		p.frame = frame
	}
	_, err := p.w.Write(p.frame)
	return err
}

func (p *rawPusher) Finish() (int64, error) {
	if _, err := p.w.Write(binary.BigEndian.AppendUint64(nil, rawHeader)); err != nil {
		return 0, err
	}
	if err := p.w.Flush(); err != nil {
		return 0, err
	}
	var n [8]byte
	_, err := io.ReadFull(p.Conn, n[:])
	return int64(binary.BigEndian.Uint64(n[:])), err
}

// captureFrame is the frame in which our stack sends a message one way.
func captureFrame(msg any) (frame []byte, err error) {
	l, err := net.Listen("tcp", loopback)
	if err != nil {
		return nil, err
	}
	defer l.Close()
	env, err := netty.NewRpcEnv(netty.Config{})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, shut(env)) }()
	port := l.Addr().(*net.TCPAddr).Port
	to := api.RpcEndpointAddress{Name: "echo", Address: api.NewRpcAddress("127.0.0.1", port)}
	if err := env.EndpointRef(to).Send(msg); err != nil {
		return nil, err
	}
	c, err := l.Accept()
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return readFrame(bufio.NewReader(c), nil)
}
