// SPDX-License-Identifier: Apache-2.0

package external

import (
	"strconv"
	"strings"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/block"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// fetch opens the blocks of some maps and reducers.
func (h *handler) fetch(c *transport.Client, m blockwire.FetchShuffleBlocks) ([]byte, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	if err := h.streams.Admit(c, m.NumBlocks()); err != nil {
		return nil, err
	}
	return h.handle(c, m.NumBlocks(), newMapBlocks(m).chunk), nil
}

// fetchMerged opens chunks of merged blocks.
func (h *handler) fetchMerged(c *transport.Client, m blockwire.FetchShuffleBlockChunks) ([]byte, error) {
	if err := m.Check(); err != nil {
		return nil, err
	}
	if err := h.streams.Admit(c, m.NumBlocks()); err != nil {
		return nil, err
	}
	ids := make([]chunk, 0, m.NumBlocks())
	for i, reduce := range m.ReduceIDs {
		for _, chunk := range m.ChunkIDs[i] {
			ids = append(ids, mergedChunk{MergedChunk{AppID: m.AppID, Shuffle: m.ShuffleID, MergeID: m.ShuffleMergeID, Reduce: reduce, Chunk: chunk}})
		}
	}
	return h.handle(c, len(ids), func(i int) chunk { return ids[i] }), nil
}

// open opens blocks by name: all shuffle blocks of one shuffle, all merged chunks of one, or all persisted RDD blocks.
func (h *handler) open(c *transport.Client, m blockwire.OpenBlocks) ([]byte, error) {
	if len(m.BlockIDs) == 0 {
		return nil, transport.OutOfBounds(0, 0)
	}
	if err := h.streams.Admit(c, len(m.BlockIDs)); err != nil {
		return nil, err
	}
	executor := shuffle.ExecutorID{AppID: m.AppID, ExecID: m.ExecID}
	kind, _, _ := strings.Cut(m.BlockIDs[0], "_")
	ids := make([]chunk, 0, len(m.BlockIDs))
	var first int32
	for i, name := range m.BlockIDs {
		one, of, err := parseName(executor, kind, name)
		switch {
		case err != nil:
			return nil, err
		case i == 0:
			first = of
		case of != first:
			return nil, transport.IllegalArgument("Expected shuffleId=%d, got:%s", first, name)
		}
		ids = append(ids, one)
	}
	return h.handle(c, len(ids), func(i int) chunk { return ids[i] }), nil
}

// handle makes a stream of n chunks and the answer that tells of it.
func (h *handler) handle(c *transport.Client, n int, chunk func(i int) chunk) []byte {
	h.counters.opened.Add(1)
	last := new(foundOutput)
	id := h.streams.Register(c, block.Stream{Count: n, Open: func(i int) (api.ManagedBuffer, error) { return h.serve(chunk(i), last) }})
	return blockwire.StreamHandle{StreamID: id, NumChunks: int32(n)}.Append(nil)
}

// serve finds a chunk that is asked for. A nil buffer has the transport tell that there is none.
func (h *handler) serve(asked chunk, last *foundOutput) (api.ManagedBuffer, error) {
	data, blocks, err := asked.find(h, last)
	if err != nil || data == nil {
		return nil, err
	}
	h.counters.chunks.Add(1)
	h.counters.blocks.Add(uint64(blocks))
	h.counters.bytes.Add(uint64(data.Size()))
	return data, nil
}

// parseName reads the name of a block that must be of a kind, and the shuffle it belongs to.
func parseName(executor shuffle.ExecutorID, kind, name string) (chunk, int32, error) {
	parts := strings.Split(name, "_")
	bad := transport.IllegalArgument("Unexpected block id format: %.300s", name)
	if n := numbersOf(kind); parts[0] != kind || n == 0 || len(parts) != 1+n {
		return nil, 0, bad
	}
	numbers := make([]int64, len(parts)-1)
	for i, part := range parts[1:] {
		bits := 32
		if kind == "shuffle" && i == 1 {
			bits = 64 // the map
		}
		n, err := strconv.ParseInt(part, 10, bits)
		if err != nil {
			return nil, 0, transport.NumberFormat(part)
		}
		if n < 0 || strconv.FormatInt(n, 10) != part {
			return nil, 0, bad
		}
		numbers[i] = n
	}
	switch kind {
	case "shuffle":
		reduce := int32(numbers[2])
		output := shuffle.MapOutput{Shuffle: int32(numbers[0]), Map: numbers[1]}
		return mapChunk{executor, output, reduce, reduce + 1}, output.Shuffle, nil
	case "shuffleChunk":
		id := MergedChunk{executor.AppID, int32(numbers[0]), int32(numbers[1]), int32(numbers[2]), int32(numbers[3])}
		return mergedChunk{id}, id.Shuffle, nil
	}
	return rddBlock{executor, name}, 0, nil
}

// numbersOf is how many numbers stand in the names of a kind of block; 0 for an unknown one.
func numbersOf(kind string) int {
	switch kind {
	case "shuffle":
		return 3
	case "shuffleChunk":
		return 4
	case "rdd":
		return 2
	}
	return 0
}
