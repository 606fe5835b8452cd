// SPDX-License-Identifier: Apache-2.0

package peer

import (
	"context"
	"net"

	"github.com/containerd/ttrpc"

	"github.com/twinwire/twinwire/internal/bench/echopb"
)

// ttrpcServer is a server of ttrpc with its default options.
type ttrpcServer struct {
	listener net.Listener
	server   *ttrpc.Server
}

func serveTTRPC() (Server, error) {
	l, err := net.Listen("tcp", loopback)
	if err != nil {
		return nil, err
	}
	s, err := ttrpc.NewServer()
	if err != nil {
		l.Close()
		return nil, err
	}
	echopb.RegisterTTRPCEchoService(s, echoService{})
	go s.Serve(context.Background(), l) //nolint:errcheck // it ends with Close
	return ttrpcServer{l, s}, nil
}

func (s ttrpcServer) Addr() string { return s.listener.Addr().String() }
func (s ttrpcServer) Close() error { return s.server.Close() }

// ttrpcCaller calls over one connection.
type ttrpcCaller struct {
	conn   *ttrpc.Client
	client echopb.TTRPCEchoService
}

func dialTTRPC(addr string) (Caller, error) {
	c, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	conn := ttrpc.NewClient(c)
	return ttrpcCaller{conn, echopb.NewTTRPCEchoClient(conn)}, nil
}

func (c ttrpcCaller) Call(id int64, data []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	reply, err := c.client.Echo(ctx, &echopb.Message{Id: id, Name: name, Data: data})
	if err != nil {
		return err
	}
	return check(id, reply.Id, data, reply.Data)
}

func (c ttrpcCaller) Close() error { return c.conn.Close() }
