// SPDX-License-Identifier: Apache-2.0

package interop_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/netty"
)

// TestSparkClientOurServer has Spark's TransportClient call our transport server.
func TestSparkClientOurServer(t *testing.T) {
	file := patternFile(t)
	s, err := transport.NewServer(t.Context(), netty.NewRuntime(), netty.TCP(netty.TCPConfig{}), "127.0.0.1:0", transport.Config{}, &server{file: file})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(context.Background()); err != nil {
			t.Error(err)
		}
	})
	expectChecks(t, startJVM(t, "transport-client", s.Addr(), file),
		"rpc of 0 bytes", "rpc of 2 bytes", "rpc of 40960 bytes", "rpc of 3145728 bytes", "256 rpcs at once", "failed rpc",
		"one-way messages", "rpc in the other direction", "merged block meta", "chunks", "chunk out of order",
		"streams one behind the other", "stream of a file", "stream of a chunk", "missing stream", "upload of 0 bytes",
		"upload of 10 bytes", "upload of 3145728 bytes", "upload of a file segment", "upload that fails at its end",
		"upload that is refused")
}

// server answers as TransportPeer.java does: an unknown request with itself; "open" with the id of a stream of four
// chunks, the last of them a segment of a file; "fail" with a failure; "one-ways" with the one-way messages so far; "call
// back" with what the caller answers to "who". Streams are named "sized-N" and "file", and "missing" is not there; an
// upload is answered by its name and sum.
type server struct {
	file string

	mu      sync.Mutex
	oneWays string
	streams chunkStreams
}

var _ transport.RpcHandler = (*server)(nil)

func (s *server) Receive(c *transport.Client, body []byte, reply transport.RpcReply) {
	reply = reply.Inline()
	switch string(body) {
	case "open":
		reply.Success(binary.BigEndian.AppendUint64(nil, uint64(s.streams.register(s.chunks()))))
	case "fail":
		reply.Failure(transport.IllegalState("failed on purpose"))
	case "one-ways":
		s.mu.Lock()
		defer s.mu.Unlock()
		reply.Success([]byte(s.oneWays))
	case "call back":
		if _, err := c.SendRpc(context.Background(), []byte("who"), forward{reply}); err != nil {
			reply.Failure(err)
		}
	default:
		reply.Success(bytes.Clone(body))
	}
}

func (s *server) ReceiveOneWay(_ *transport.Client, body []byte) {
	s.mu.Lock()
	s.oneWays += string(body) + ";"
	s.mu.Unlock()
}

func (s *server) ReceiveStream(_ *transport.Client, meta []byte) (transport.StreamConsumer, error) {
	if string(meta) == "refused" {
		return nil, &transport.JavaError{Class: "java.lang.SecurityException", Message: "not this one"}
	}
	return &upload{name: string(meta)}, nil
}

func (s *server) Streams() transport.StreamManager  { return namedStreams{&s.streams, s.file} }
func (s *server) Active(*transport.Client)          {}
func (s *server) Inactive(*transport.Client, error) {}
func (s *server) chunks() []api.ManagedBuffer {
	return []api.ManagedBuffer{
		api.NewBytesBuffer(pattern(10)),
		api.NewBytesBuffer(nil),
		api.NewBytesBuffer(pattern(300_000)),
		api.NewFileSegment(netty.OSFiles(), s.file, 1000, 200_000),
	}
}

// forward passes an answer on.
type forward struct{ to transport.RpcReply }

func (f forward) OnSuccess(body []byte) { f.to.Success(bytes.Clone(body)) }
func (f forward) OnFailure(cause error) { f.to.Failure(cause) }

// upload adds up what is uploaded.
type upload struct {
	name string
	size int
	crc  uint32
}

func (u *upload) OnData(p []byte) error {
	u.size += len(p)
	u.crc = crc32.Update(u.crc, crc32.IEEETable, p)
	return nil
}

func (u *upload) OnComplete() ([]byte, error) {
	if u.name == "bad end" {
		return nil, errors.New("no rename")
	}
	return fmt.Appendf(nil, "%s %d:%08x", u.name, u.size, u.crc), nil
}

func (u *upload) OnFailure(error) {}

// chunkStreams are numeric streams, whose chunks are taken in order.
type chunkStreams struct {
	mu   sync.Mutex
	open map[int64][]api.ManagedBuffer
	at   map[int64]int32
	next int64
}

func (s *chunkStreams) register(chunks []api.ManagedBuffer) int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.open == nil {
		s.open, s.at, s.next = map[int64][]api.ManagedBuffer{}, map[int64]int32{}, 1234567000
	}
	s.next++
	s.open[s.next] = chunks
	return s.next
}

func (s *chunkStreams) take(stream int64, index int32) (api.ManagedBuffer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at := s.at[stream]; index != at {
		return nil, transport.IllegalState("Received out-of-order chunk index %d (expected %d)", index, at)
	}
	s.at[stream]++
	return s.open[stream][index], nil
}

// namedStreams serves the numeric streams, and those with names.
type namedStreams struct {
	numeric *chunkStreams
	file    string
}

func (s namedStreams) GetChunk(stream int64, index int32) (api.ManagedBuffer, error) {
	return s.numeric.take(stream, index)
}

func (s namedStreams) OpenStream(id string) (api.ManagedBuffer, error) {
	if size, ok := strings.CutPrefix(id, "sized-"); ok {
		n, err := strconv.Atoi(size)
		return api.NewBytesBuffer(pattern(n)), err
	}
	switch id {
	case "file":
		return api.NewFileSegment(netty.OSFiles(), s.file, 0, fileSize), nil
	case "missing":
		return nil, nil
	}
	var stream int64
	var index int32
	if _, err := fmt.Sscanf(id, "%d_%d", &stream, &index); err != nil {
		return nil, err
	}
	return s.numeric.take(stream, index)
}

func (namedStreams) ConnectionTerminated(*transport.Client) {}
