// SPDX-License-Identifier: Apache-2.0

package wire

import "fmt"

// MergedBlockMetaRequest asks which map outputs each chunk of a merged shuffle
// block holds. A MergedBlockMetaSuccess or an RpcFailure answers it.
type MergedBlockMetaRequest struct {
	RequestID      int64
	AppID          string
	ShuffleID      int32
	ShuffleMergeID int32
	ReduceID       int32
}

// Type is TypeMergedBlockMetaRequest.
func (MergedBlockMetaRequest) Type() MessageType { return TypeMergedBlockMetaRequest }

// String shows all fields.
func (m MergedBlockMetaRequest) String() string {
	return fmt.Sprintf("MergedBlockMetaRequest[requestId=%d,appId=%s,shuffleId=%d,shuffleMergeId=%d,reduceId=%d]",
		m.RequestID, m.AppID, m.ShuffleID, m.ShuffleMergeID, m.ReduceID)
}

// AppendHeader appends all fields.
func (m MergedBlockMetaRequest) AppendHeader(dst []byte) []byte {
	dst = AppendString(AppendInt64(dst, m.RequestID), m.AppID)
	dst = AppendInt32(dst, m.ShuffleID)
	dst = AppendInt32(dst, m.ShuffleMergeID)
	return AppendInt32(dst, m.ReduceID)
}

// ParseMergedBlockMetaRequest reads the payload of a MergedBlockMetaRequest frame.
func ParseMergedBlockMetaRequest(payload []byte) (MergedBlockMetaRequest, error) {
	r := NewFieldReader(payload, int8(TypeMergedBlockMetaRequest))
	m := MergedBlockMetaRequest{
		RequestID:      r.Int64(),
		AppID:          r.String(),
		ShuffleID:      r.Int32(),
		ShuffleMergeID: r.Int32(),
		ReduceID:       r.Int32(),
	}
	return m, r.Err()
}
