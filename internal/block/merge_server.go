// SPDX-License-Identifier: Apache-2.0

package block

import (
	"runtime/debug"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// What has to do with merged blocks, Spark's executors refuse: its external shuffle service merges. Here a block manager that
// can merge does so wherever it is.

var _ transport.MergedBlockMetaHandler = (*rpcServer)(nil)

// openMerged opens chunks of merged blocks.
func (s *rpcServer) openMerged(c *transport.Client, m blockwire.FetchShuffleBlockChunks) ([]byte, error) {
	source, ok := s.blocks.(api.MergedBlockSource)
	if !ok {
		return nil, unexpected(m)
	}
	if err := m.Check(); err != nil {
		return nil, err
	}
	if err := s.streams.Admit(c, m.NumBlocks()); err != nil {
		return nil, err
	}
	ids := make([]chunkBlockID, 0, m.NumBlocks())
	for i, reduce := range m.ReduceIDs {
		for _, chunk := range m.ChunkIDs[i] {
			ids = append(ids, chunkBlockID{m.ShuffleID, m.ShuffleMergeID, reduce, chunk})
		}
	}
	return s.open(c, len(ids), func(i int) (string, api.ManagedBuffer, error) {
		id := ids[i]
		data, err := source.MergedBlockData(api.MergedBlock{AppID: m.AppID, ShuffleID: id.shuffle, ShuffleMergeID: id.merge, ReduceID: id.reduce}, id.chunk)
		return id.String(), data, err
	})
}

// ReceiveMergedBlockMeta implements transport.MergedBlockMetaHandler.
func (s *rpcServer) ReceiveMergedBlockMeta(_ *transport.Client, m wire.MergedBlockMetaRequest, reply transport.MergedBlockMetaReply) {
	source, ok := s.blocks.(api.MergedBlockSource)
	if !ok {
		reply.Failure(&transport.JavaError{Class: "java.lang.UnsupportedOperationException", Message: "no merged blocks here"})
		return
	}
	meta, err := source.MergedBlockMeta(api.MergedBlock{AppID: m.AppID, ShuffleID: m.ShuffleID, ShuffleMergeID: m.ShuffleMergeID, ReduceID: m.ReduceID})
	if err != nil {
		reply.Failure(err)
		return
	}
	var bitmaps []byte
	for _, maps := range meta.Chunks {
		bitmaps = wire.AppendBitmap(bitmaps, wire.NewBitmap(maps...))
	}
	reply.Success(int32(len(meta.Chunks)), api.NewBytesBuffer(bitmaps))
}

// finalizeMerge has the block manager end a merge, and answers with what it merged.
func (s *rpcServer) finalizeMerge(m blockwire.FinalizeShuffleMerge) ([]byte, error) {
	merger, ok := s.blocks.(api.ShuffleMergeManager)
	if !ok {
		return nil, unexpected(m)
	}
	merged, err := merger.FinalizeShuffleMerge(api.ShuffleMerge(m))
	if err != nil {
		return nil, err
	}
	answer := blockwire.MergeStatuses{ShuffleID: m.ShuffleID, ShuffleMergeID: m.ShuffleMergeID}
	for _, one := range merged {
		answer.Bitmaps = append(answer.Bitmaps, wire.NewBitmap(one.Maps...))
		answer.ReduceIDs = append(answer.ReduceIDs, one.ReduceID)
		answer.Sizes = append(answer.Sizes, one.Size)
	}
	return answer.Append(nil), nil
}

// ReceiveOneWay implements transport.RpcHandler: only the removal of what was merged is one-way. What goes wrong is for the
// log alone.
func (s *rpcServer) ReceiveOneWay(c *transport.Client, body []byte) {
	if err := s.removeMerge(body); err != nil {
		s.cfg.Logger.Warn("a one-way message failed", "remote", c.Remote(), "cause", err)
	}
}

func (s *rpcServer) removeMerge(body []byte) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = &transport.PanicError{Value: p, Stack: debug.Stack()}
		}
	}()
	m, err := blockwire.ParseMessage(body)
	if err != nil {
		return err
	}
	merger, can := s.blocks.(api.ShuffleMergeManager)
	gone, ok := m.(blockwire.RemoveShuffleMerge)
	if !can || !ok {
		return unexpected(m)
	}
	return merger.RemoveShuffleMerge(api.ShuffleMerge(gone))
}
