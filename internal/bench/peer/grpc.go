// SPDX-License-Identifier: Apache-2.0

package peer

import (
	"context"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/twinwire/twinwire/internal/bench/echopb"
)

// echoService is the service of grpc-go, drpc and ttrpc.
type echoService struct{ echopb.UnimplementedEchoServer }

func (echoService) Echo(_ context.Context, m *echopb.Message) (*echopb.Message, error) { return m, nil }

// grpcServer is a server of grpc-go with its default options.
type grpcServer struct {
	listener net.Listener
	server   *grpc.Server
}

func serveGRPC() (Server, error) {
	l, err := net.Listen("tcp", loopback)
	if err != nil {
		return nil, err
	}
	s := grpc.NewServer()
	echopb.RegisterEchoServer(s, echoService{})
	echopb.RegisterSinkServer(s, sinkService{})
	go s.Serve(l) //nolint:errcheck // it ends with Close
	return grpcServer{l, s}, nil
}

func (s grpcServer) Addr() string { return s.listener.Addr().String() }

func (s grpcServer) Close() error {
	s.server.Stop()
	return nil
}

// grpcCaller calls over one connection, which is what a grpc.ClientConn keeps to one address.
type grpcCaller struct {
	conn   *grpc.ClientConn
	client echopb.EchoClient
}

func dialGRPC(addr string) (Caller, error) {
	conn, err := connectGRPC(addr)
	if err != nil {
		return nil, err
	}
	return grpcCaller{conn, echopb.NewEchoClient(conn)}, nil
}

func connectGRPC(addr string) (*grpc.ClientConn, error) {
	return grpc.NewClient("passthrough:///"+addr, grpc.WithTransportCredentials(insecure.NewCredentials()))
}

func (c grpcCaller) Call(id int64, data []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), timeout)
	defer cancel()
	reply, err := c.client.Echo(ctx, &echopb.Message{Id: id, Name: name, Data: data})
	if err != nil {
		return err
	}
	return check(id, reply.Id, data, reply.Data)
}

func (c grpcCaller) Close() error { return c.conn.Close() }
