// SPDX-License-Identifier: Apache-2.0

package peer

import (
	"context"
	"errors"
	"io"

	"google.golang.org/grpc"

	"github.com/twinwire/twinwire/internal/bench/echopb"
)

// sinkService counts the messages of a stream.
type sinkService struct{ echopb.UnimplementedSinkServer }

func (sinkService) Push(stream grpc.ClientStreamingServer[echopb.Message, echopb.Total]) error {
	for n := int64(0); ; n++ {
		_, err := stream.Recv()
		if errors.Is(err, io.EOF) {
			return stream.SendAndClose(&echopb.Total{Messages: n})
		}
		if err != nil {
			return err
		}
	}
}

// grpcPusher has one client stream a sender, all on one connection.
type grpcPusher struct {
	conn    *grpc.ClientConn
	client  echopb.SinkClient
	streams []grpc.ClientStreamingClient[echopb.Message, echopb.Total]
}

func pushGRPC(addr string, senders int) (Pusher, error) {
	conn, err := connectGRPC(addr)
	if err != nil {
		return nil, err
	}
	streams := make([]grpc.ClientStreamingClient[echopb.Message, echopb.Total], senders)
	return &grpcPusher{conn, echopb.NewSinkClient(conn), streams}, nil
}

// Send opens the sender's stream when it has none.
func (p *grpcPusher) Send(sender int, id int64, data []byte) error {
	if p.streams[sender] == nil {
		stream, err := p.client.Push(context.Background())
		if err != nil {
			return err
		}
		p.streams[sender] = stream
	}
	return p.streams[sender].Send(&echopb.Message{Id: id, Name: name, Data: data})
}

func (p *grpcPusher) Finish() (received int64, err error) {
	for i, stream := range p.streams {
		if stream == nil {
			continue
		}
		total, err := stream.CloseAndRecv()
		if err != nil {
			return 0, err
		}
		received += total.Messages
		p.streams[i] = nil
	}
	return received, nil
}

func (p *grpcPusher) Close() error { return p.conn.Close() }
