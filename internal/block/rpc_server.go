// SPDX-License-Identifier: Apache-2.0

package block

import (
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// rpcServer answers the requests of other services, as Spark's NettyBlockRpcServer. A request it cannot read or does
// not know fails by itself; the connection lives.
type rpcServer struct {
	blocks    api.BlockDataManager
	streams   *StreamManager
	maxUpload int64
}

var _ transport.RpcHandler = (*rpcServer)(nil)

// Receive implements transport.RpcHandler.
func (s *rpcServer) Receive(c *transport.Client, body []byte, reply transport.RpcReply) {
	answer, err := s.answer(c, body)
	if err != nil {
		reply.Inline().Failure(err)
		return
	}
	reply.Inline().Success(answer)
}

func (s *rpcServer) answer(c *transport.Client, body []byte) ([]byte, error) {
	m, err := blockwire.ParseMessage(body)
	if err != nil {
		return nil, err
	}
	switch m := m.(type) {
	case blockwire.OpenBlocks:
		return s.open(c, m.BlockIDs)
	case blockwire.FetchShuffleBlocks:
		ids, err := shuffleBlocks(m)
		if err != nil {
			return nil, err
		}
		return s.open(c, ids)
	case blockwire.UploadBlock:
		data := api.NewBytesBuffer(append([]byte(nil), m.BlockData...))
		return nil, s.put(m.BlockID, data, append([]byte(nil), m.Metadata...))
	}
	return nil, &transport.JavaError{Class: "java.lang.UnsupportedOperationException", Message: fmt.Sprintf("Unexpected message: %v", m.Type())}
}

// open resolves every block before it answers; one that is missing fails the whole request.
func (s *rpcServer) open(c *transport.Client, ids []string) ([]byte, error) {
	buffers := make([]api.ManagedBuffer, 0, len(ids))
	for _, id := range ids {
		b, err := s.blocks.GetBlockData(id)
		if err == nil && b == nil {
			err = fmt.Errorf("block %s: %w", id, api.ErrBlockNotFound)
		}
		if err != nil {
			release(buffers)
			return nil, err
		}
		buffers = append(buffers, b)
	}
	id := s.streams.Register(c, Stream{Buffers: buffers})
	return blockwire.StreamHandle{StreamID: id, NumChunks: int32(len(buffers))}.Append(nil), nil
}

func shuffleBlocks(m blockwire.FetchShuffleBlocks) ([]string, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	ids := make([]string, 0, m.NumBlocks())
	for i, mapID := range m.MapIDs {
		if m.BatchFetchEnabled {
			ids = append(ids, shuffleID{m.ShuffleID, mapID, m.ReduceIDs[i]}.String())
			continue
		}
		for _, r := range m.ReduceIDs[i] {
			ids = append(ids, shuffleID{m.ShuffleID, mapID, []int32{r}}.String())
		}
	}
	return ids, nil
}

func (s *rpcServer) put(id string, data api.ManagedBuffer, metadata []byte) error {
	if err := s.blocks.PutBlockData(id, data, metadata); err != nil {
		return &transport.JavaError{Class: "org.apache.spark.SparkException", Message: "Upload block for " + id + " failed: " + err.Error(), Cause: err}
	}
	return nil
}

// ReceiveOneWay implements transport.RpcHandler: no block message is one-way here.
func (s *rpcServer) ReceiveOneWay(*transport.Client, []byte) {}

// ReceiveStream implements transport.RpcHandler: an upload as a stream.
func (s *rpcServer) ReceiveStream(_ *transport.Client, meta []byte) (transport.StreamConsumer, error) {
	m, err := blockwire.ParseMessage(meta)
	if err != nil {
		return nil, err
	}
	up, ok := m.(blockwire.UploadBlockStream)
	if !ok {
		return nil, &transport.JavaError{Class: "java.lang.UnsupportedOperationException", Message: fmt.Sprintf("Unexpected message: %v", m.Type())}
	}
	return &uploadReceiver{server: s, id: up.BlockID, metadata: append([]byte(nil), up.Metadata...)}, nil
}

// Streams implements transport.RpcHandler.
func (s *rpcServer) Streams() transport.StreamManager { return s.streams }

// Active implements transport.RpcHandler.
func (s *rpcServer) Active(*transport.Client) {}

// Inactive implements transport.RpcHandler.
func (s *rpcServer) Inactive(c *transport.Client, _ error) { s.streams.ConnectionTerminated(c) }

// uploadReceiver collects an uploaded stream in memory, which grows with what arrives.
type uploadReceiver struct {
	server   *rpcServer
	id       string
	metadata []byte
	data     []byte
}

// OnData implements transport.StreamConsumer.
func (u *uploadReceiver) OnData(p []byte) error {
	if size := int64(len(u.data) + len(p)); size > u.server.maxUpload {
		return &api.MessageTooLargeError{What: "upload of " + u.id, Size: size, Limit: u.server.maxUpload, Setting: "BlockTransfer.MaxFrameSize"}
	}
	u.data = append(u.data, p...)
	return nil
}

// OnComplete implements transport.StreamConsumer.
func (u *uploadReceiver) OnComplete() ([]byte, error) {
	return nil, u.server.put(u.id, api.NewBytesBuffer(u.data), u.metadata)
}

// OnFailure implements transport.StreamConsumer.
func (u *uploadReceiver) OnFailure(error) { u.data = nil }
