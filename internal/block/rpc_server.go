// SPDX-License-Identifier: Apache-2.0

package block

import (
	"fmt"
	"strings"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// rpcServer answers the requests of other services, as Spark's NettyBlockRpcServer. A request it cannot read or does
// not know fails by itself; the connection lives.
type rpcServer struct {
	cfg     api.BlockTransferConfig
	blocks  api.BlockDataManager
	streams *StreamManager
	uploads *uploadRoom
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
		if err := s.streams.Admit(c, len(m.BlockIDs)); err != nil {
			return nil, err
		}
		return s.openBlocks(c, m.BlockIDs)
	case blockwire.FetchShuffleBlocks:
		if err := s.streams.Admit(c, m.NumBlocks()); err != nil { // before they have names, which are ten times as long
			return nil, err
		}
		ids, err := shuffleBlocks(m)
		if err != nil {
			return nil, err
		}
		return s.openBlocks(c, ids)
	case blockwire.FetchShuffleBlockChunks:
		return s.openMerged(c, m)
	case blockwire.FinalizeShuffleMerge:
		return s.finalizeMerge(m)
	case blockwire.UploadBlock:
		data := api.NewBytesBuffer(c.Keep(m.BlockData))
		return nil, s.put(m.BlockID, data, append([]byte(nil), m.Metadata...))
	case blockwire.DiagnoseCorruption:
		return blockwire.CorruptionCause{Cause: s.diagnose(m)}.Append(nil), nil
	case blockwire.GetLocalDirsForExecutors:
		return s.localDirs(m)
	}
	return nil, unexpected(m)
}

// unexpected is the failure of a message that is for another kind of service.
func unexpected(m blockwire.Message) error {
	return &transport.JavaError{Class: "java.lang.UnsupportedOperationException", Message: fmt.Sprintf("Unexpected message: %v", m)}
}

func (s *rpcServer) openBlocks(c *transport.Client, ids []string) ([]byte, error) {
	return s.open(c, len(ids), func(i int) (string, api.ManagedBuffer, error) {
		b, err := s.blocks.GetBlockData(ids[i])
		return ids[i], b, err
	})
}

// open resolves every one of n blocks, with its id, before it answers; one that is missing fails the whole request.
func (s *rpcServer) open(c *transport.Client, n int, block func(i int) (id string, data api.ManagedBuffer, err error)) ([]byte, error) {
	buffers := make([]api.ManagedBuffer, 0, n)
	taken := false
	defer func() { // also when the block manager panics
		if !taken {
			release(buffers)
		}
	}()
	for i := range n {
		id, b, err := block(i)
		if err == nil && b == nil {
			err = api.ErrBlockNotFound
		}
		if err != nil {
			return nil, ofBlock(id, err)
		}
		buffers = append(buffers, watch(s.cfg.Audit, "served ", id, b))
	}
	taken = true
	id := s.streams.Register(c, Stream{Buffers: buffers})
	return blockwire.StreamHandle{StreamID: id, NumChunks: int32(len(buffers))}.Append(nil), nil
}

// ofBlock names the block in an error that does not: who asked for many is told that none of them comes.
func ofBlock(id string, err error) error {
	if strings.Contains(err.Error(), id) {
		return err
	}
	return fmt.Errorf("block %s: %w", id, err)
}

func shuffleBlocks(m blockwire.FetchShuffleBlocks) ([]string, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	ids := make([]string, 0, m.NumBlocks())
	for i, mapID := range m.MapIDs {
		if m.BatchFetchEnabled {
			r := m.ReduceIDs[i]
			ids = append(ids, shuffleID{shuffle: m.ShuffleID, mapID: mapID, reduce: r[0], end: r[1], batch: true}.String())
			continue
		}
		for _, r := range m.ReduceIDs[i] {
			ids = append(ids, shuffleID{shuffle: m.ShuffleID, mapID: mapID, reduce: r}.String())
		}
	}
	return ids, nil
}

// diagnose asks the block manager why a block is broken, if it can tell.
func (s *rpcServer) diagnose(m blockwire.DiagnoseCorruption) blockwire.Cause {
	d, ok := s.blocks.(api.CorruptionDiagnoser)
	if !ok {
		return blockwire.UnknownIssue
	}
	id := shuffleID{shuffle: m.ShuffleID, mapID: m.MapID, reduce: m.ReduceID}.String()
	return blockwire.Cause(d.DiagnoseCorruption(api.CorruptBlock{BlockID: id, Algorithm: api.ChecksumAlgorithm(m.Algorithm), Checksum: uint32(m.Checksum)}))
}

// ReceiveStream implements transport.RpcHandler: an upload as a stream, or a push.
func (s *rpcServer) ReceiveStream(_ *transport.Client, meta []byte) (transport.StreamConsumer, error) {
	m, err := blockwire.ParseMessage(meta)
	if err != nil {
		return nil, err
	}
	switch m := m.(type) {
	case blockwire.UploadBlockStream:
		return s.receiveUpload(m.BlockID, append([]byte(nil), m.Metadata...))
	case blockwire.PushBlockStream:
		if receiver, ok := s.blocks.(api.BlockPushReceiver); ok {
			return ReceivePush(receiver, m)
		}
	}
	return nil, unexpected(m)
}

// Streams implements transport.RpcHandler.
func (s *rpcServer) Streams() transport.StreamManager { return s.streams }

// Active implements transport.RpcHandler.
func (s *rpcServer) Active(*transport.Client) {}

// Inactive implements transport.RpcHandler.
func (s *rpcServer) Inactive(c *transport.Client, _ error) { s.streams.ConnectionTerminated(c) }
