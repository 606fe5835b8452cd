// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// PushBlockStream is the meta data of an UploadStream that pushes one
// shuffle block to be merged; a BlockPushReturnCode answers it.
type PushBlockStream struct {
	AppID          string
	AppAttemptID   int32 // -1 when the application has no numbered attempts
	ShuffleID      int32
	ShuffleMergeID int32
	MapIndex       int32
	ReduceID       int32
	Index          int32 // position of the block in its push
}

// Type is TypePushBlockStream.
func (PushBlockStream) Type() Type { return TypePushBlockStream }

// String is Spark's text of the message, which travels in errors about it.
func (m PushBlockStream) String() string {
	return fmt.Sprintf("PushBlockStream[appId=%s,attemptId=%d,shuffleId=%d,shuffleMergeId=%d,mapIndex=%d,reduceId=%d,index=%d]",
		m.AppID, m.AppAttemptID, m.ShuffleID, m.ShuffleMergeID, m.MapIndex, m.ReduceID, m.Index)
}

// Append appends the type byte and the fields.
func (m PushBlockStream) Append(dst []byte) []byte {
	dst = append(dst, byte(TypePushBlockStream))
	dst = wire.AppendString(dst, m.AppID)
	dst = wire.AppendInt32(dst, m.AppAttemptID)
	dst = wire.AppendInt32(dst, m.ShuffleID)
	dst = wire.AppendInt32(dst, m.ShuffleMergeID)
	dst = wire.AppendInt32(dst, m.MapIndex)
	dst = wire.AppendInt32(dst, m.ReduceID)
	return wire.AppendInt32(dst, m.Index)
}

// ParsePushBlockStream reads a message of this type, its type byte first.
func ParsePushBlockStream(b []byte) (PushBlockStream, error) {
	r := wire.NewFieldReader(b, int8(TypePushBlockStream))
	m := PushBlockStream{
		AppID:          r.String(),
		AppAttemptID:   r.Int32(),
		ShuffleID:      r.Int32(),
		ShuffleMergeID: r.Int32(),
		MapIndex:       r.Int32(),
		ReduceID:       r.Int32(),
		Index:          r.Int32(),
	}
	return m, r.Err()
}
