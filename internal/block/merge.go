// SPDX-License-Identifier: Apache-2.0

package block

import (
	"cmp"
	"context"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// attempt is the attempt of the application as it stands in messages.
func (s *Service) attempt() int32 { return cmp.Or(s.cfg.AppAttemptID, -1) }

// FinalizeShuffleMerge implements api.BlockTransferService.
func (s *Service) FinalizeShuffleMerge(ctx context.Context, at api.RpcAddress, shuffleID, shuffleMergeID int32) ([]api.MergeStatus, error) {
	merged, err := s.finalizeMerge(ctx, at, blockwire.FinalizeShuffleMerge{AppID: s.cfg.AppID, AppAttemptID: s.attempt(), ShuffleID: shuffleID, ShuffleMergeID: shuffleMergeID})
	if err != nil {
		return nil, fmt.Errorf("finalize merge %d of shuffle %d %s: %w", shuffleMergeID, shuffleID, at.HostPort(), err)
	}
	return merged, nil
}

func (s *Service) finalizeMerge(ctx context.Context, at api.RpcAddress, m blockwire.FinalizeShuffleMerge) ([]api.MergeStatus, error) {
	body, err := s.ask(ctx, at, m)
	if err != nil {
		return nil, err
	}
	answer, err := blockwire.ParseMergeStatuses(body)
	if err == nil {
		err = answer.Check()
	}
	if err != nil {
		return nil, err
	}
	maps, err := mergedMaps(answer.Bitmaps)
	if err != nil {
		return nil, err
	}
	merged := make([]api.MergeStatus, len(maps))
	for i, m := range maps {
		merged[i] = api.MergeStatus{ReduceID: answer.ReduceIDs[i], Maps: m, Size: answer.Sizes[i]}
	}
	return merged, nil
}

// RemoveShuffleMerge implements api.BlockTransferService.
func (s *Service) RemoveShuffleMerge(ctx context.Context, at api.RpcAddress, shuffleID, shuffleMergeID int32) error {
	client, err := s.connect(ctx, at.HostPort())
	if err == nil {
		m := blockwire.RemoveShuffleMerge{AppID: s.cfg.AppID, AppAttemptID: s.attempt(), ShuffleID: shuffleID, ShuffleMergeID: shuffleMergeID}
		err = client.Send(ctx, m.Append(nil))
	}
	if err != nil {
		return fmt.Errorf("remove merge %d of shuffle %d %s: %w", shuffleMergeID, shuffleID, at.HostPort(), err)
	}
	return nil
}

// maxMergedMaps bounds how many maps the bitmaps of one answer may stand for: one of 10 KiB can stand for 67 million.
const maxMergedMaps = 1 << 24

// mergedMaps lists the maps of each bitmap.
func mergedMaps(bitmaps []wire.Bitmap) (lists [][]uint32, err error) {
	maps := 0
	for _, b := range bitmaps {
		if maps += b.Len(); maps > maxMergedMaps {
			return nil, fmt.Errorf("more than %d maps in its chunks", maxMergedMaps)
		}
	}
	for _, b := range bitmaps {
		lists = append(lists, b.Values())
	}
	return lists, nil
}
