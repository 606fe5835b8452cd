// SPDX-License-Identifier: Apache-2.0

package external

import (
	"sort"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// chunk is what is sent as one, found when it is asked for.
type chunk interface {
	// find returns the bytes and how many blocks they are. A nil buffer says that there is no such block. What was found last
	// for its stream may be of use.
	find(h *handler, last *foundOutput) (data api.ManagedBuffer, blocks int, err error)
}

// foundOutput is the map output of the last chunk of a stream, whose next is mostly of the same. More than one task may
// use it: a chunk may be asked for over any connection.
type foundOutput struct{ atomic.Pointer[found] }

type found struct {
	executor shuffle.ExecutorID
	output   shuffle.MapOutput
	*shuffle.Output
}

// open returns the output of a chunk.
func (f *foundOutput) open(h *handler, dirs shuffle.Dirs, m mapChunk) (*shuffle.Output, error) {
	if last := f.Load(); last != nil && last.output == m.output && last.executor == m.executor {
		return last.Output, nil
	}
	o, err := h.store.Open(dirs, m.output)
	if err == nil {
		f.Store(&found{m.executor, m.output, o})
	}
	return o, err
}

// mapBlocks are the blocks of a FetchShuffleBlocks.
type mapBlocks struct {
	executor shuffle.ExecutorID
	shuffle  int32
	maps     []int64
	reducers [][]int32
	first    []int // the number of the first chunk of each map
	batch    bool
}

func newMapBlocks(m blockwire.FetchShuffleBlocks) *mapBlocks {
	b := &mapBlocks{
		executor: shuffle.ExecutorID{AppID: m.AppID, ExecID: m.ExecID}, shuffle: m.ShuffleID,
		maps: m.MapIDs, reducers: m.ReduceIDs, batch: m.BatchFetchEnabled, first: make([]int, len(m.MapIDs)),
	}
	n := 0
	for i, reducers := range m.ReduceIDs {
		b.first[i] = n
		if b.batch {
			n++
		} else {
			n += len(reducers)
		}
	}
	return b
}

// chunk is the i-th, in the order of the maps.
func (b *mapBlocks) chunk(i int) chunk {
	// The last map that starts at or before i: those without reducers start where their successor does.
	at := sort.SearchInts(b.first, i+1) - 1
	found := mapChunk{executor: b.executor, output: shuffle.MapOutput{Shuffle: b.shuffle, Map: b.maps[at]}}
	reducers := b.reducers[at]
	if b.batch {
		found.start, found.end = reducers[0], reducers[1]
		return found
	}
	found.start = reducers[i-b.first[at]]
	found.end = found.start + 1
	return found
}

// mapChunk is what one map wrote for the reducers from start up to end.
type mapChunk struct {
	executor   shuffle.ExecutorID
	output     shuffle.MapOutput
	start, end int32
}

func (m mapChunk) find(h *handler, last *foundOutput) (api.ManagedBuffer, int, error) {
	dirs, _, err := h.registry.Find(m.executor)
	if err != nil {
		return nil, 0, err
	}
	output, err := last.open(h, dirs, m)
	if err != nil {
		return nil, 0, err
	}
	data, err := output.Blocks(m.start, m.end)
	if err != nil {
		return nil, 0, err
	}
	return data, int(m.end - m.start), nil
}

// mergedChunk is a chunk of a merged block.
type mergedChunk struct{ MergedChunk }

func (m mergedChunk) find(h *handler, _ *foundOutput) (api.ManagedBuffer, int, error) {
	data, err := h.merger.Chunk(m.MergedChunk)
	return data, 1, err
}

// rddBlock is a persisted block of an RDD.
type rddBlock struct {
	executor shuffle.ExecutorID
	name     string
}

func (r rddBlock) find(h *handler, _ *foundOutput) (api.ManagedBuffer, int, error) {
	dirs, _, err := h.registry.Find(r.executor)
	if err != nil {
		return nil, 0, err
	}
	file, err := h.store.File(dirs, r.name)
	if err != nil || file == nil {
		return nil, 0, err
	}
	return file, 1, nil
}
