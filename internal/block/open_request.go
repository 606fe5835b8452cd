// SPDX-License-Identifier: Apache-2.0

package block

import (
	"strings"

	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// openRequest makes the message that opens blocks, and the order in which their chunks will come: order[i] is the
// position in ids of chunk i. Shuffle blocks are named by number and grouped by map in the order first seen, all others
// by id, as in OneForOneBlockFetcher.
func openRequest(appID, execID string, ids []string) (msg []byte, order []int, err error) {
	for _, id := range ids {
		if !isShuffle(id) {
			return openBlocks(appID, execID, ids), inOrder(len(ids)), nil
		}
	}
	return fetchShuffleBlocks(appID, execID, ids)
}

func openBlocks(appID, execID string, ids []string) []byte {
	return blockwire.OpenBlocks{AppID: appID, ExecID: execID, BlockIDs: ids}.Append(nil)
}

func inOrder(n int) []int {
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	return order
}

func fetchShuffleBlocks(appID, execID string, ids []string) ([]byte, []int, error) {
	m := blockwire.FetchShuffleBlocks{AppID: appID, ExecID: execID}
	group := map[int64]int{}
	var positions [][]int
	for i, id := range ids {
		s, err := parseShuffleID(id)
		if err != nil {
			return nil, nil, err
		}
		if i == 0 {
			m.ShuffleID, m.BatchFetchEnabled = s.shuffle, len(s.reduce) == 2
		}
		if s.shuffle != m.ShuffleID {
			return nil, nil, transport.IllegalArgument("Expected shuffleId=%d, got:%s", m.ShuffleID, id)
		}
		if (len(s.reduce) == 2) != m.BatchFetchEnabled {
			return nil, nil, transport.IllegalArgument("Unexpected shuffle block id format: %s", strings.TrimSpace(id))
		}
		g, seen := group[s.mapID]
		if !seen || m.BatchFetchEnabled {
			g = len(m.MapIDs)
			group[s.mapID] = g
			m.MapIDs = append(m.MapIDs, s.mapID)
			m.ReduceIDs = append(m.ReduceIDs, nil)
			positions = append(positions, nil)
		}
		m.ReduceIDs[g] = append(m.ReduceIDs[g], s.reduce...)
		positions[g] = append(positions[g], i)
	}
	var order []int
	for _, p := range positions {
		order = append(order, p...)
	}
	return m.Append(nil), order, nil
}
