// SPDX-License-Identifier: Apache-2.0

package block

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// RegisterWithShuffleServer implements api.BlockTransferService.
func (s *Service) RegisterWithShuffleServer(ctx context.Context, at api.RpcAddress, execID string, info api.ExecutorShuffleInfo) error {
	_, err := s.ask(ctx, at, blockwire.RegisterExecutor{
		AppID: s.cfg.AppID, ExecID: execID, LocalDirs: info.LocalDirs, SubDirsPerLocalDir: info.SubDirsPerLocalDir, ShuffleManager: info.ShuffleManager,
	})
	if err != nil {
		return fmt.Errorf("register executor %s with shuffle server %s: %w", execID, at.HostPort(), err)
	}
	return nil
}

// RemoveBlocks implements api.BlockTransferService.
func (s *Service) RemoveBlocks(ctx context.Context, at api.RpcAddress, execID string, blockIDs []string) (int, error) {
	body, err := s.ask(ctx, at, blockwire.RemoveBlocks{AppID: s.cfg.AppID, ExecID: execID, BlockIDs: blockIDs})
	var m blockwire.BlocksRemoved
	if err == nil {
		m, err = blockwire.ParseBlocksRemoved(body)
	}
	if err != nil {
		return 0, fmt.Errorf("remove %d blocks of executor %s %s: %w", len(blockIDs), execID, at.HostPort(), err)
	}
	return int(m.NumRemovedBlocks), nil
}

// HostLocalDirs implements api.BlockTransferService.
func (s *Service) HostLocalDirs(ctx context.Context, at api.RpcAddress, execIDs []string) (map[string][]string, error) {
	dirs, err := s.hostLocalDirs(ctx, at, execIDs)
	if err != nil {
		return nil, fmt.Errorf("local directories of executors %s %s: %w", execIDs, at.HostPort(), err)
	}
	return dirs, nil
}

func (s *Service) hostLocalDirs(ctx context.Context, at api.RpcAddress, execIDs []string) (map[string][]string, error) {
	body, err := s.ask(ctx, at, blockwire.GetLocalDirsForExecutors{AppID: s.cfg.AppID, ExecIDs: execIDs})
	if err != nil {
		return nil, err
	}
	m, err := blockwire.ParseLocalDirsForExecutors(body)
	if err != nil {
		return nil, err
	}
	lists, err := m.Dirs()
	if err != nil {
		return nil, err
	}
	dirs := make(map[string][]string, len(lists))
	for i, id := range m.ExecIDs {
		dirs[id] = lists[i]
	}
	for _, id := range execIDs {
		if _, told := dirs[id]; !told {
			return nil, fmt.Errorf("told of executors %s alone", slices.Sorted(maps.Keys(dirs)))
		}
	}
	return dirs, nil
}
