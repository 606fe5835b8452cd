// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"errors"
	"slices"
	"sync"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// streamID is the stream that a scripted server opens.
const streamID = 123

// scriptedServer answers every request with a stream of its chunks, and notes what it is asked. A nil chunk fails.
type scriptedServer struct {
	chunks []api.ManagedBuffer
	pushes []blockwire.ReturnCode // the answers to pushes, by index

	mu       sync.Mutex // never held across a call on the seam
	requests []blockwire.Message
	asked    []int32
	data     []string // of pushes
}

var _ transport.RpcHandler = (*scriptedServer)(nil)

// scripted starts the server at the far end and returns where.
func (s *stage) scripted(h transport.RpcHandler) api.RpcAddress {
	s.Helper()
	server, err := transport.NewServer(s.ctx, s.rt, s.far.network, s.far.bind, transport.Config{}, h)
	if err != nil {
		s.Fatal(err)
	}
	s.closers = append(s.closers, server.Close)
	address, err := api.ParseRpcAddress(server.Addr())
	if err != nil {
		s.Fatal(err)
	}
	return address
}

func (h *scriptedServer) note(m blockwire.Message) {
	h.mu.Lock()
	h.requests = append(h.requests, m)
	h.mu.Unlock()
}

// seen is what the server was asked: the messages, and the chunks in the order of the requests.
func (h *scriptedServer) seen() ([]blockwire.Message, []int32) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return slices.Clone(h.requests), slices.Clone(h.asked)
}

func (h *scriptedServer) Receive(_ *transport.Client, body []byte, reply transport.RpcReply) {
	m, err := blockwire.ParseMessage(body)
	if err != nil {
		reply.Inline().Failure(err)
		return
	}
	h.note(m)
	reply.Inline().Success(blockwire.StreamHandle{StreamID: streamID, NumChunks: int32(len(h.chunks))}.Append(nil))
}

func (h *scriptedServer) ReceiveOneWay(*transport.Client, []byte) {}

func (h *scriptedServer) ReceiveStream(_ *transport.Client, meta []byte) (transport.StreamConsumer, error) {
	m, err := blockwire.ParsePushBlockStream(meta)
	if err != nil {
		return nil, err
	}
	h.note(m)
	return &pushTaker{server: h, id: m, code: h.pushes[m.Index]}, nil
}

func (h *scriptedServer) Streams() transport.StreamManager       { return h }
func (h *scriptedServer) Active(*transport.Client)               {}
func (h *scriptedServer) Inactive(*transport.Client, error)      {}
func (h *scriptedServer) ConnectionTerminated(*transport.Client) {}
func (h *scriptedServer) OpenStream(string) (api.ManagedBuffer, error) {
	return nil, errors.New("none")
}

func (h *scriptedServer) GetChunk(stream int64, index int32) (api.ManagedBuffer, error) {
	h.mu.Lock()
	h.asked = append(h.asked, index)
	h.mu.Unlock()
	if stream != streamID || h.chunks[index] == nil {
		return nil, errors.New("no such chunk")
	}
	return h.chunks[index], nil
}

// pushTaker takes a push and answers it with a code.
type pushTaker struct {
	server *scriptedServer
	id     blockwire.PushBlockStream
	code   blockwire.ReturnCode
	got    []byte
}

func (p *pushTaker) OnData(b []byte) error { p.got = append(p.got, b...); return nil }

func (p *pushTaker) OnComplete() ([]byte, error) {
	p.server.mu.Lock()
	p.server.data = append(p.server.data, string(p.got))
	p.server.mu.Unlock()
	answer := blockwire.BlockPushReturnCode{ReturnCode: p.code}
	if p.code != blockwire.Success {
		answer.FailureBlockID = "shufflePush_0_0_0_0"
	}
	return answer.Append(nil), nil
}

func (p *pushTaker) OnFailure(error) {}
