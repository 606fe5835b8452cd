// SPDX-License-Identifier: Apache-2.0

package block

import (
	"context"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// UploadBlock implements api.BlockTransferService. A shuffle block, and one above MaxBlockInMemory, goes as a stream,
// any other inside one message, as in Spark.
func (s *Service) UploadBlock(ctx context.Context, to api.RpcAddress, execID, blockID string, data api.ManagedBuffer, metadata []byte) error {
	client, err := s.clients.Client(ctx, to.HostPort())
	if err != nil {
		s.connectFailed(to.HostPort(), err)
		data.Release()
		return fmt.Errorf("upload %s: %w", blockID, err)
	}
	wait := &uploadWait{mu: s.rt.NewMutex(), w: s.rt.NewWaiter()}
	var id int64
	if hasPrefix(blockID, shufflePrefix) || data.Size() > s.cfg.MaxBlockInMemory {
		meta := blockwire.UploadBlockStream{BlockID: blockID, Metadata: metadata}.Append(nil)
		id, err = client.UploadStream(ctx, meta, data, wait)
	} else {
		id, err = s.uploadMessage(ctx, client, execID, blockID, data, metadata, wait)
	}
	if err == nil {
		if err = wait.await(ctx); ctx.Err() != nil {
			client.RemoveRpc(id)
		}
	}
	if err != nil {
		return fmt.Errorf("upload %s: %w", blockID, err)
	}
	return nil
}

func (s *Service) uploadMessage(ctx context.Context, client *transport.Client, execID, blockID string, data api.ManagedBuffer, metadata []byte, cb transport.RpcCallback) (int64, error) {
	b, err := data.Bytes()
	if err != nil {
		data.Release()
		return 0, err
	}
	msg := blockwire.UploadBlock{AppID: s.cfg.AppID, ExecID: execID, BlockID: blockID, Metadata: metadata, BlockData: b}.Append(nil)
	data.Release()
	return client.SendRpc(ctx, msg, cb)
}

// uploadWait waits for the answer to an upload.
type uploadWait struct {
	w api.Waiter

	mu   api.Mutex
	done bool
	err  error
}

func (u *uploadWait) OnSuccess([]byte)      { u.end(nil) }
func (u *uploadWait) OnFailure(cause error) { u.end(cause) }

func (u *uploadWait) end(err error) {
	u.mu.Lock()
	if !u.done {
		u.done, u.err = true, err
	}
	u.mu.Unlock()
	u.w.Wake()
}

func (u *uploadWait) await(ctx context.Context) error {
	for {
		u.mu.Lock()
		done, err := u.done, u.err
		u.mu.Unlock()
		if done {
			return err
		}
		if err := u.w.Wait(ctx); err != nil {
			return err
		}
	}
}
