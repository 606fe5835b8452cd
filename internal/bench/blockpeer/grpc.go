// SPDX-License-Identifier: Apache-2.0

package blockpeer

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/twinwire/twinwire/internal/bench/echopb"
)

const grpcPull = "/bench.Blocks/Pull"

// grpcStream describes the one method of the service by hand: messages out of one that asks. Of the asking message the
// number is the first block and the text how many.
var grpcStream = grpc.StreamDesc{StreamName: "Pull", ServerStreams: true}

// grpcServer streams blocks, a message each, with the default options of grpc-go.
type grpcServer struct {
	listener net.Listener
	server   *grpc.Server
	file     *os.File
	block    int64
}

func serveGRPC(h Have) (Server, error) {
	f, err := os.Open(h.Path)
	if err != nil {
		return nil, err
	}
	l, err := congestion(h.Congestion).listen()
	if err != nil {
		return nil, errors.Join(err, f.Close())
	}
	s := &grpcServer{l, grpc.NewServer(), f, h.Block}
	stream := grpcStream
	stream.Handler = func(_ any, out grpc.ServerStream) error { return s.pull(out) }
	s.server.RegisterService(&grpc.ServiceDesc{ServiceName: "bench.Blocks", Streams: []grpc.StreamDesc{stream}}, nil)
	go s.server.Serve(l) //nolint:errcheck // it ends with Close
	return s, nil
}

func (s *grpcServer) pull(out grpc.ServerStream) error {
	var asked echopb.Message
	if err := out.RecvMsg(&asked); err != nil {
		return err
	}
	var n int64
	if _, err := fmt.Sscan(asked.Name, &n); err != nil {
		return err
	}
	m := echopb.Message{Data: make([]byte, s.block)}
	for m.Id = asked.Id; m.Id < asked.Id+n; m.Id++ {
		if _, err := s.file.ReadAt(m.Data, m.Id*s.block); err != nil {
			return err
		}
		if err := out.SendMsg(&m); err != nil { // which encodes it before it returns
			return err
		}
	}
	return nil
}

func (s *grpcServer) Addr() string { return s.listener.Addr().String() }

func (s *grpcServer) Close() error {
	s.server.Stop()
	return s.file.Close()
}

type grpcPuller struct {
	*grpc.ClientConn
	want Want
}

func dialGRPC(addr string, w Want) (Puller, error) {
	if w.Dest != "" {
		return nil, errors.New("grpc: nothing is measured that writes to a file")
	}
	conn, err := grpc.NewClient("passthrough:///"+addr, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithContextDialer(congestion(w.Congestion).dial))
	return grpcPuller{conn, w}, err
}

func (p grpcPuller) Pull(first, n int64) error {
	stream, err := p.NewStream(context.Background(), &grpcStream, grpcPull)
	if err != nil {
		return err
	}
	if err := stream.SendMsg(&echopb.Message{Id: first, Name: fmt.Sprint(n)}); err != nil {
		return err
	}
	if err := stream.CloseSend(); err != nil {
		return err
	}
	for i := first; ; i++ {
		var m echopb.Message
		err := stream.RecvMsg(&m)
		switch {
		case errors.Is(err, io.EOF) && i == first+n:
			return nil
		case err != nil:
			return fmt.Errorf("block %d: %w", i, err)
		case m.Id != i || int64(len(m.Data)) != p.want.Block:
			return fmt.Errorf("block %d came with %d bytes, %d was expected", m.Id, len(m.Data), i)
		}
	}
}
