// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// MergeStatuses answers a FinalizeShuffleMerge: for each reducer with a merged
// block, in ReduceIDs[i], which map indexes are in it, in Bitmaps[i], and how
// many bytes it has, in Sizes[i].
type MergeStatuses struct {
	ShuffleID      int32
	ShuffleMergeID int32
	Bitmaps        []wire.Bitmap
	ReduceIDs      []int32
	Sizes          []int64
}

// Type is TypeMergeStatuses.
func (MergeStatuses) Type() Type { return TypeMergeStatuses }

// String is Spark's text of the message, which travels in errors about it.
func (m MergeStatuses) String() string {
	return fmt.Sprintf("MergeStatuses[shuffleId=%d,shuffleMergeId=%d,reduceId size=%d]",
		m.ShuffleID, m.ShuffleMergeID, len(m.ReduceIDs))
}

// Check returns a *ShapeError unless the three lists are of one length.
func (m MergeStatuses) Check() error {
	if len(m.Bitmaps) == len(m.ReduceIDs) && len(m.ReduceIDs) == len(m.Sizes) {
		return nil
	}
	why := fmt.Sprintf("%d bitmaps, %d reducers, %d sizes", len(m.Bitmaps), len(m.ReduceIDs), len(m.Sizes))
	return &ShapeError{Message: m.Type(), Why: why}
}

// Append appends the type byte and the fields.
func (m MergeStatuses) Append(dst []byte) []byte {
	dst = append(dst, byte(TypeMergeStatuses))
	dst = wire.AppendInt32(dst, m.ShuffleID)
	dst = wire.AppendInt32(dst, m.ShuffleMergeID)
	dst = wire.AppendBitmaps(dst, m.Bitmaps)
	dst = wire.AppendInt32s(dst, m.ReduceIDs)
	return wire.AppendInt64s(dst, m.Sizes)
}

// ParseMergeStatuses reads a message of this type, its type byte first.
func ParseMergeStatuses(b []byte) (MergeStatuses, error) {
	r := wire.NewFieldReader(b, int8(TypeMergeStatuses))
	m := MergeStatuses{
		ShuffleID:      r.Int32(),
		ShuffleMergeID: r.Int32(),
		Bitmaps:        r.Bitmaps(),
		ReduceIDs:      r.Int32s(),
		Sizes:          r.Int64s(),
	}
	return m, r.Err()
}
