// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// FinalizeShuffleMerge ends the merging of a shuffle; a MergeStatuses
// answers it.
type FinalizeShuffleMerge struct {
	AppID          string
	AppAttemptID   int32 // -1 when the application has no numbered attempts
	ShuffleID      int32
	ShuffleMergeID int32
}

// Type is TypeFinalizeShuffleMerge.
func (FinalizeShuffleMerge) Type() Type { return TypeFinalizeShuffleMerge }

// String is Spark's text of the message, which travels in errors about it.
func (m FinalizeShuffleMerge) String() string {
	return fmt.Sprintf("FinalizeShuffleMerge[appId=%s,attemptId=%d,shuffleId=%d,shuffleMergeId=%d]",
		m.AppID, m.AppAttemptID, m.ShuffleID, m.ShuffleMergeID)
}

// Append appends the type byte and the fields.
func (m FinalizeShuffleMerge) Append(dst []byte) []byte {
	dst = append(dst, byte(TypeFinalizeShuffleMerge))
	dst = wire.AppendString(dst, m.AppID)
	dst = wire.AppendInt32(dst, m.AppAttemptID)
	dst = wire.AppendInt32(dst, m.ShuffleID)
	return wire.AppendInt32(dst, m.ShuffleMergeID)
}

// ParseFinalizeShuffleMerge reads a message of this type, its type byte first.
func ParseFinalizeShuffleMerge(b []byte) (FinalizeShuffleMerge, error) {
	r := wire.NewFieldReader(b, int8(TypeFinalizeShuffleMerge))
	m := FinalizeShuffleMerge{
		AppID:          r.String(),
		AppAttemptID:   r.Int32(),
		ShuffleID:      r.Int32(),
		ShuffleMergeID: r.Int32(),
	}
	return m, r.Err()
}
