// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// FetchShuffleBlockChunks asks for chunks of merged shuffle blocks; a
// StreamHandle answers it, with its chunks in the order of the lists.
// ChunkIDs[i] are the chunks asked of reducer ReduceIDs[i].
type FetchShuffleBlockChunks struct {
	AppID          string
	ExecID         string
	ShuffleID      int32
	ShuffleMergeID int32
	ReduceIDs      []int32
	ChunkIDs       [][]int32
}

// Type is TypeFetchShuffleBlockChunks.
func (FetchShuffleBlockChunks) Type() Type { return TypeFetchShuffleBlockChunks }

// String is Spark's text of the message, which travels in errors about it.
func (m FetchShuffleBlockChunks) String() string {
	return fmt.Sprintf("FetchShuffleBlockChunks[appId=%s,execId=%s,shuffleId=%d,"+
		"shuffleMergeId=%d,reduceIds=%s,chunkIds=%s]",
		m.AppID, m.ExecID, m.ShuffleID, m.ShuffleMergeID, listText(m.ReduceIDs), listsText(m.ChunkIDs))
}

// NumBlocks is how many chunks the answer has.
func (m FetchShuffleBlockChunks) NumBlocks() int {
	n := 0
	for _, ids := range m.ChunkIDs {
		n += len(ids)
	}
	return n
}

// Check returns a *ShapeError unless there is one list of chunks for each
// reducer.
func (m FetchShuffleBlockChunks) Check() error {
	if len(m.ReduceIDs) == len(m.ChunkIDs) {
		return nil
	}
	why := fmt.Sprintf("%d reducers but %d lists of chunks", len(m.ReduceIDs), len(m.ChunkIDs))
	return &ShapeError{Message: m.Type(), Why: why}
}

// Append appends the type byte and the fields.
func (m FetchShuffleBlockChunks) Append(dst []byte) []byte {
	dst = append(dst, byte(TypeFetchShuffleBlockChunks))
	dst = wire.AppendString(dst, m.AppID)
	dst = wire.AppendString(dst, m.ExecID)
	dst = wire.AppendInt32(dst, m.ShuffleID)
	dst = wire.AppendInt32(dst, m.ShuffleMergeID)
	dst = wire.AppendInt32s(dst, m.ReduceIDs)
	return wire.AppendInt32Lists(dst, m.ChunkIDs)
}

// ParseFetchShuffleBlockChunks reads a message of this type, its type byte first.
func ParseFetchShuffleBlockChunks(b []byte) (FetchShuffleBlockChunks, error) {
	r := wire.NewFieldReader(b, int8(TypeFetchShuffleBlockChunks))
	m := FetchShuffleBlockChunks{
		AppID:          r.String(),
		ExecID:         r.String(),
		ShuffleID:      r.Int32(),
		ShuffleMergeID: r.Int32(),
		ReduceIDs:      r.Int32s(),
		ChunkIDs:       r.Int32Lists(),
	}
	return m, r.Err()
}
