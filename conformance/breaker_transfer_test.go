// SPDX-License-Identifier: Apache-2.0

package conformance_test

import (
	"context"
	"errors"

	"github.com/twinwire/twinwire/api"
)

// litterer makes a file more than it needs.
type litterer struct{ api.BlockTransferService }

func (s litterer) FetchBlocksToFiles(ctx context.Context, from api.RpcAddress, execID string, ids []string, files api.DownloadFileManager, l api.BlockFetchingListener) {
	_, _ = files.CreateTempFile()
	s.BlockTransferService.FetchBlocksToFiles(ctx, from, execID, ids, files, l)
}

type echoPush struct{ api.BlockTransferService }

func (s echoPush) PushBlocks(ctx context.Context, to api.RpcAddress, blocks []api.PushedBlock, l api.BlockPushingListener) {
	s.BlockTransferService.PushBlocks(ctx, to, blocks, pushEcho{l})
}

type pushEcho struct{ api.BlockPushingListener }

func (l pushEcho) OnBlockPushSuccess(id string) {
	l.BlockPushingListener.OnBlockPushSuccess(id)
	l.BlockPushingListener.OnBlockPushSuccess(id)
}

type silentPush struct{ api.BlockTransferService }

func (s silentPush) PushBlocks(ctx context.Context, to api.RpcAddress, blocks []api.PushedBlock, l api.BlockPushingListener) {
	s.BlockTransferService.PushBlocks(ctx, to, blocks, pushSilence{l})
}

type pushSilence struct{ api.BlockPushingListener }

func (l pushSilence) OnBlockPushFailure(id string, _ error) {
	l.BlockPushingListener.OnBlockPushFailure(id, errors.New("failed"))
}

// boastful tells of more than was merged.
type boastful struct{ api.BlockTransferService }

func (s boastful) FinalizeShuffleMerge(ctx context.Context, at api.RpcAddress, shuffleID, mergeID int32) ([]api.MergeStatus, error) {
	all, err := s.BlockTransferService.FinalizeShuffleMerge(ctx, at, shuffleID, mergeID)
	for i := range all {
		all[i].Maps = append(all[i].Maps, 77)
	}
	return all, err
}

// twice hands over each block twice.
type twice struct{ api.BlockFetchingListener }

func (l twice) OnBlockFetchSuccess(id string, data api.ManagedBuffer) {
	l.BlockFetchingListener.OnBlockFetchSuccess(id, data)
	l.BlockFetchingListener.OnBlockFetchSuccess(id, data)
}

type clueless struct{ api.BlockTransferService }

func (s clueless) DiagnoseCorruption(context.Context, api.RpcAddress, string, api.CorruptBlock) api.CorruptionCause {
	return 99
}
