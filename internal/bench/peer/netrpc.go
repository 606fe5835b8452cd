// SPDX-License-Identifier: Apache-2.0

package peer

import (
	"net"
	"net/rpc"
)

// Echoer is the service of net/rpc, which wants it exported.
type Echoer struct{}

// Echo returns the message.
func (Echoer) Echo(m *Message, reply *Message) error {
	*reply = *m
	return nil
}

// netServer serves each connection of a listener with a function of its own.
type netServer struct{ net.Listener }

func (s netServer) Addr() string { return s.Listener.Addr().String() }

// serveEach starts a server that runs handle for each connection.
func serveEach(handle func(net.Conn)) (Server, error) {
	l, err := net.Listen("tcp", loopback)
	if err != nil {
		return nil, err
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go handle(c)
		}
	}()
	return netServer{l}, nil
}

func serveNetRPC() (Server, error) {
	s := rpc.NewServer()
	if err := s.RegisterName("Echo", Echoer{}); err != nil {
		return nil, err
	}
	return serveEach(func(c net.Conn) { s.ServeConn(c) })
}

// netrpcCaller calls through encoding/gob. net/rpc has no deadlines.
type netrpcCaller struct{ client *rpc.Client }

func dialNetRPC(addr string) (Caller, error) {
	client, err := rpc.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return netrpcCaller{client}, nil
}

func (c netrpcCaller) Call(id int64, data []byte) error {
	var reply Message
	if err := c.client.Call("Echo.Echo", &Message{ID: id, Name: name, Data: data}, &reply); err != nil {
		return err
	}
	return check(id, reply.ID, data, reply.Data)
}

func (c netrpcCaller) Close() error { return c.client.Close() }
