// SPDX-License-Identifier: Apache-2.0

package block

import (
	"unicode/utf8"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// openRequest makes the message that opens blocks, and the order in which their chunks will come: order[i] is the
// position in ids of chunk i. Shuffle blocks are named by number and grouped by map, chunks of merged ones by reducer, in
// the order first seen; all others go by id. Follows OneForOneBlockFetcher.
func openRequest(cfg api.BlockTransferConfig, execID string, ids []string) (msg []byte, order []int, err error) {
	switch {
	case cfg.UseOldFetchProtocol:
	case allHave(ids, shufflePrefix):
		return fetchShuffleBlocks(cfg.AppID, execID, ids)
	case allHave(ids, shuffleChunkPrefix):
		return fetchShuffleBlockChunks(cfg.AppID, execID, ids)
	}
	order = make([]int, len(ids))
	size := 64 + len(cfg.AppID) + len(execID)
	for i, id := range ids {
		if err := checkText(id); err != nil {
			return nil, nil, err
		}
		order[i] = i
		size += 4 + len(id)
	}
	return blockwire.OpenBlocks{AppID: cfg.AppID, ExecID: execID, BlockIDs: ids}.Append(make([]byte, 0, size)), order, nil
}

// checkText refuses an id that would be another one on the other side.
func checkText(id string) error {
	if utf8.ValidString(id) {
		return nil
	}
	return transport.IllegalArgument("block id %q is not UTF-8", id)
}

func allHave(ids []string, word string) bool {
	for _, id := range ids {
		if !hasPrefix(id, word) {
			return false
		}
	}
	return true
}

// grouping collects the positions of ids by the key they are grouped by.
type grouping[K comparable] struct {
	index     map[K]int
	positions [][]int
}

// group is where the id at this position goes, and whether that group is new. An id that stands alone begins one always.
func (g *grouping[K]) group(key K, position int, alone bool) (at int, fresh bool) {
	at, seen := g.index[key]
	if !seen || alone {
		if g.index == nil {
			g.index = map[K]int{}
		}
		at = len(g.positions)
		g.index[key] = at
		g.positions = append(g.positions, nil)
	}
	g.positions[at] = append(g.positions[at], position)
	return at, !seen || alone
}

func (g *grouping[K]) order(n int) []int {
	order := make([]int, 0, n)
	for _, p := range g.positions {
		order = append(order, p...)
	}
	return order
}

func fetchShuffleBlocks(appID, execID string, ids []string) ([]byte, []int, error) {
	m := blockwire.FetchShuffleBlocks{AppID: appID, ExecID: execID}
	var maps grouping[int64]
	for i, id := range ids {
		s, err := parseShuffleID(id)
		if err != nil {
			return nil, nil, err
		}
		if i == 0 {
			m.ShuffleID, m.BatchFetchEnabled = s.shuffle, s.batch
		}
		if s.shuffle != m.ShuffleID {
			return nil, nil, transport.IllegalArgument("Expected shuffleId=%d, got:%s", m.ShuffleID, id)
		}
		if s.batch != m.BatchFetchEnabled {
			return nil, nil, badID("shuffle block", id)
		}
		at, fresh := maps.group(s.mapID, i, m.BatchFetchEnabled) // a range stands alone: the message has room for one a map
		if fresh {
			m.MapIDs = append(m.MapIDs, s.mapID)
			m.ReduceIDs = append(m.ReduceIDs, nil)
		}
		m.ReduceIDs[at] = append(m.ReduceIDs[at], s.reduce)
		if s.batch {
			m.ReduceIDs[at] = append(m.ReduceIDs[at], s.end)
		}
	}
	return m.Append(nil), maps.order(len(ids)), nil
}

func fetchShuffleBlockChunks(appID, execID string, ids []string) ([]byte, []int, error) {
	m := blockwire.FetchShuffleBlockChunks{AppID: appID, ExecID: execID}
	var reducers grouping[int32]
	for i, id := range ids {
		c, err := parseChunkBlockID(id)
		if err != nil {
			return nil, nil, err
		}
		if i == 0 {
			m.ShuffleID, m.ShuffleMergeID = c.shuffle, c.merge
		}
		if c.shuffle != m.ShuffleID || c.merge != m.ShuffleMergeID {
			return nil, nil, transport.IllegalArgument("Expected shuffleId = %d and shuffleMergeId = %d but got %s", m.ShuffleID, m.ShuffleMergeID, id)
		}
		at, fresh := reducers.group(c.reduce, i, false)
		if fresh {
			m.ReduceIDs = append(m.ReduceIDs, c.reduce)
			m.ChunkIDs = append(m.ChunkIDs, nil)
		}
		m.ChunkIDs[at] = append(m.ChunkIDs[at], c.chunk)
	}
	return m.Append(nil), reducers.order(len(ids)), nil
}
