// SPDX-License-Identifier: Apache-2.0

package block

import (
	"context"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// UploadBlock implements api.BlockTransferService. A shuffle block, and one above MaxBlockInMemory, goes as a stream,
// any other inside one message, as in Spark.
func (s *Service) UploadBlock(ctx context.Context, to api.RpcAddress, execID, blockID string, data api.ManagedBuffer, metadata []byte) error {
	if err := s.upload(ctx, to.HostPort(), execID, blockID, data, metadata); err != nil {
		return &api.BlockError{Op: "upload", BlockID: blockID, Remote: to.HostPort(), Cause: err}
	}
	return nil
}

func (s *Service) upload(ctx context.Context, address, execID, blockID string, data api.ManagedBuffer, metadata []byte) error {
	data = watch(s.cfg.Audit, "to upload ", blockID, data)
	if err := checkText(blockID); err != nil {
		data.Release()
		return err
	}
	client, err := s.connect(ctx, address)
	if err != nil {
		data.Release()
		return err
	}
	a := newAnswer(s.rt)
	var id int64
	if hasPrefix(blockID, shufflePrefix) || data.Size() > s.cfg.MaxBlockInMemory {
		meta := blockwire.UploadBlockStream{BlockID: blockID, Metadata: metadata}.Append(nil)
		id, err = client.UploadStream(ctx, meta, data, a)
	} else {
		id, err = s.uploadMessage(ctx, client, execID, blockID, data, metadata, a)
	}
	if err == nil {
		_, err = a.await(ctx, client, id)
	}
	return err
}

func (s *Service) uploadMessage(ctx context.Context, client *transport.Client, execID, blockID string, data api.ManagedBuffer, metadata []byte, cb transport.RpcCallback) (int64, error) {
	msg := blockwire.UploadBlock{AppID: s.cfg.AppID, ExecID: execID, BlockID: blockID, Metadata: metadata}
	if size := data.Size(); size > transport.CopyLimit { // it need not be in memory, and if it is, not twice
		return client.SendRpcData(ctx, msg.AppendStart(nil, int(size)), data, cb)
	}
	b, err := data.Bytes()
	if err != nil {
		data.Release()
		return 0, err
	}
	msg.BlockData = b
	body := msg.Append(nil)
	data.Release()
	return client.SendRpc(ctx, body, cb)
}
