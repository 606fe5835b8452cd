// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// FetchShuffleBlocks asks for shuffle blocks by number; a StreamHandle answers
// it, with one chunk a block in the order of the lists. ReduceIDs[i] are the
// reducers asked of map MapIDs[i]. In a batch each entry is a pair: first
// reducer and the one behind the last, served as one chunk.
type FetchShuffleBlocks struct {
	AppID             string
	ExecID            string
	ShuffleID         int32
	MapIDs            []int64
	ReduceIDs         [][]int32
	BatchFetchEnabled bool
}

// Type is TypeFetchShuffleBlocks.
func (FetchShuffleBlocks) Type() Type { return TypeFetchShuffleBlocks }

// String is Spark's text of the message, which travels in errors about it.
func (m FetchShuffleBlocks) String() string {
	return fmt.Sprintf("FetchShuffleBlocks[appId=%s,execId=%s,shuffleId=%d,"+
		"mapIds=%s,reduceIds=%s,batchFetchEnabled=%t]",
		m.AppID, m.ExecID, m.ShuffleID, listText(m.MapIDs), listsText(m.ReduceIDs), m.BatchFetchEnabled)
}

// NumBlocks is how many chunks the answer has: every block on its own, or every
// range of a batch.
func (m FetchShuffleBlocks) NumBlocks() int {
	if m.BatchFetchEnabled {
		return len(m.MapIDs)
	}
	n := 0
	for _, ids := range m.ReduceIDs {
		n += len(ids)
	}
	return n
}

// Check returns a *ShapeError unless there is one list of reducers for each map
// and, in a batch, each is a range of at least one reducer.
func (m FetchShuffleBlocks) Check() error {
	if len(m.MapIDs) != len(m.ReduceIDs) {
		return m.shape("%d maps but %d lists of reducers", len(m.MapIDs), len(m.ReduceIDs))
	}
	if !m.BatchFetchEnabled {
		return nil
	}
	for i, ids := range m.ReduceIDs {
		if len(ids) != 2 || ids[0] >= ids[1] {
			return m.shape("map %d: %s is no range of reducers", m.MapIDs[i], listText(ids))
		}
	}
	return nil
}

func (m FetchShuffleBlocks) shape(format string, args ...any) error {
	return &ShapeError{Message: m.Type(), Why: fmt.Sprintf(format, args...)}
}

// Append appends the type byte and the fields.
func (m FetchShuffleBlocks) Append(dst []byte) []byte {
	dst = append(dst, byte(TypeFetchShuffleBlocks))
	dst = wire.AppendString(dst, m.AppID)
	dst = wire.AppendString(dst, m.ExecID)
	dst = wire.AppendInt32(dst, m.ShuffleID)
	dst = wire.AppendInt64s(dst, m.MapIDs)
	dst = wire.AppendInt32Lists(dst, m.ReduceIDs)
	return wire.AppendBool(dst, m.BatchFetchEnabled)
}

// ParseFetchShuffleBlocks reads a message of this type, its type byte first.
func ParseFetchShuffleBlocks(b []byte) (FetchShuffleBlocks, error) {
	r := wire.NewFieldReader(b, int8(TypeFetchShuffleBlocks))
	m := FetchShuffleBlocks{
		AppID:             r.String(),
		ExecID:            r.String(),
		ShuffleID:         r.Int32(),
		MapIDs:            r.Int64s(),
		ReduceIDs:         r.Int32Lists(),
		BatchFetchEnabled: r.Bool(),
	}
	return m, r.Err()
}
