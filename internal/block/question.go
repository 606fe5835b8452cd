// SPDX-License-Identifier: Apache-2.0

package block

import (
	"context"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// answer waits for the answer to one request.
type answer struct {
	w api.Waiter

	mu   api.Mutex
	done bool
	body []byte // a copy
	err  error
}

var _ transport.RpcCallback = (*answer)(nil)

func newAnswer(rt api.Runtime) *answer { return &answer{mu: rt.NewMutex(), w: rt.NewWaiter()} }

// OnSuccess implements transport.RpcCallback.
func (a *answer) OnSuccess(body []byte) { a.end(append([]byte(nil), body...), nil) }

// OnFailure implements transport.RpcCallback.
func (a *answer) OnFailure(cause error) { a.end(nil, cause) }

func (a *answer) end(body []byte, err error) {
	a.mu.Lock()
	if !a.done {
		a.done, a.body, a.err = true, body, err
	}
	a.mu.Unlock()
	a.w.Wake()
}

// await waits for the answer to request id of c, or until ctx ends and nobody wants it any more.
func (a *answer) await(ctx context.Context, c *transport.Client, id int64) ([]byte, error) {
	for {
		a.mu.Lock()
		done, body, err := a.done, a.body, a.err
		a.mu.Unlock()
		if done {
			return body, err
		}
		if err := a.w.Wait(ctx); err != nil {
			c.RemoveRpc(id)
			return nil, err
		}
	}
}

// ask sends a message to the service at an address and waits for the answer.
func (s *Service) ask(ctx context.Context, at api.RpcAddress, m blockwire.Message) ([]byte, error) {
	client, err := s.connect(ctx, at.HostPort())
	if err != nil {
		return nil, err
	}
	a := newAnswer(s.rt)
	id, err := client.SendRpc(ctx, m.Append(nil), a)
	if err != nil {
		return nil, err
	}
	return a.await(ctx, client, id)
}

// DiagnoseCorruption implements api.BlockTransferService. What cannot be asked, or is not answered, is not known.
func (s *Service) DiagnoseCorruption(ctx context.Context, from api.RpcAddress, execID string, block api.CorruptBlock) api.CorruptionCause {
	id, err := parseShuffleID(block.BlockID)
	if err != nil || id.batch {
		return api.UnknownIssue
	}
	if s.cfg.ConnectionTimeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = api.WithTimeout(ctx, s.rt, s.cfg.ConnectionTimeout)
		defer cancel()
	}
	body, err := s.ask(ctx, from, blockwire.DiagnoseCorruption{
		AppID: s.cfg.AppID, ExecID: execID, ShuffleID: id.shuffle, MapID: id.mapID, ReduceID: id.reduce,
		Checksum: int64(block.Checksum), Algorithm: string(block.Algorithm),
	})
	if err != nil {
		return api.UnknownIssue
	}
	m, err := blockwire.ParseCorruptionCause(body)
	if err != nil {
		return api.UnknownIssue
	}
	return api.CorruptionCause(m.Cause)
}

// metaAnswer is an answer that holds bitmaps.
type metaAnswer struct {
	*answer
	chunks int32
}

var _ transport.MergedBlockMetaCallback = (*metaAnswer)(nil)

// OnSuccess implements transport.MergedBlockMetaCallback.
func (a *metaAnswer) OnSuccess(numChunks int32, bitmaps []byte) {
	a.chunks = numChunks
	a.answer.OnSuccess(bitmaps)
}

// MergedBlockMeta implements api.BlockTransferService.
func (s *Service) MergedBlockMeta(ctx context.Context, from api.RpcAddress, block api.MergedBlock) (api.MergedBlockMeta, error) {
	meta, err := s.mergedBlockMeta(ctx, from.HostPort(), block)
	if err != nil {
		return meta, fmt.Errorf("meta of shuffleMerged_%d_%d_%d %s: %w", block.ShuffleID, block.ShuffleMergeID, block.ReduceID, from.HostPort(), err)
	}
	return meta, nil
}

func (s *Service) mergedBlockMeta(ctx context.Context, address string, block api.MergedBlock) (meta api.MergedBlockMeta, err error) {
	client, err := s.connect(ctx, address)
	if err != nil {
		return meta, err
	}
	a := &metaAnswer{answer: newAnswer(s.rt)}
	id, err := client.SendMergedBlockMetaReq(ctx, block.AppID, block.ShuffleID, block.ShuffleMergeID, block.ReduceID, a)
	if err != nil {
		return meta, err
	}
	body, err := a.await(ctx, client, id)
	if err != nil {
		return meta, err
	}
	bitmaps, err := wire.MergedBlockMetaSuccess{NumChunks: a.chunks, Body: body}.Bitmaps()
	if err != nil {
		return meta, err
	}
	meta.Chunks, err = mergedMaps(bitmaps)
	return meta, err
}
