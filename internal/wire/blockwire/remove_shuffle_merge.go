// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// RemoveShuffleMerge tells a shuffle service to delete what it merged; sent
// as a OneWayMessage, never answered.
type RemoveShuffleMerge struct {
	AppID          string
	AppAttemptID   int32 // -1 when the application has no numbered attempts
	ShuffleID      int32
	ShuffleMergeID int32 // -1 means every merge of the shuffle
}

// Type is TypeRemoveShuffleMerge.
func (RemoveShuffleMerge) Type() Type { return TypeRemoveShuffleMerge }

// String is Spark's text of the message, which travels in errors about it.
func (m RemoveShuffleMerge) String() string {
	return fmt.Sprintf("RemoveShuffleMerge[appId=%s,attemptId=%d,shuffleId=%d,shuffleMergeId=%d]",
		m.AppID, m.AppAttemptID, m.ShuffleID, m.ShuffleMergeID)
}

// Append appends the type byte and the fields.
func (m RemoveShuffleMerge) Append(dst []byte) []byte {
	dst = append(dst, byte(TypeRemoveShuffleMerge))
	dst = wire.AppendString(dst, m.AppID)
	dst = wire.AppendInt32(dst, m.AppAttemptID)
	dst = wire.AppendInt32(dst, m.ShuffleID)
	return wire.AppendInt32(dst, m.ShuffleMergeID)
}

// ParseRemoveShuffleMerge reads a message of this type, its type byte first.
func ParseRemoveShuffleMerge(b []byte) (RemoveShuffleMerge, error) {
	r := wire.NewFieldReader(b, int8(TypeRemoveShuffleMerge))
	m := RemoveShuffleMerge{
		AppID:          r.String(),
		AppAttemptID:   r.Int32(),
		ShuffleID:      r.Int32(),
		ShuffleMergeID: r.Int32(),
	}
	return m, r.Err()
}
