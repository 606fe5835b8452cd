// SPDX-License-Identifier: Apache-2.0

package wire

import "fmt"

// ChunkFetchFailure answers a ChunkFetchRequest whose chunk cannot be had.
type ChunkFetchFailure struct {
	StreamID   int64
	ChunkIndex int32
	Error      string // from a JVM the whole stack trace; its first line names the exception
}

// Type is TypeChunkFetchFailure.
func (ChunkFetchFailure) Type() MessageType { return TypeChunkFetchFailure }

// String shows which chunk it is and the error.
func (m ChunkFetchFailure) String() string {
	return fmt.Sprintf("ChunkFetchFailure[streamId=%d,chunkIndex=%d,error=%s]", m.StreamID, m.ChunkIndex, m.Error)
}

// AppendHeader appends which chunk it is and the error.
func (m ChunkFetchFailure) AppendHeader(dst []byte) []byte {
	return AppendString(AppendInt32(AppendInt64(dst, m.StreamID), m.ChunkIndex), m.Error)
}

// ParseChunkFetchFailure reads the payload of a ChunkFetchFailure frame.
func ParseChunkFetchFailure(payload []byte) (ChunkFetchFailure, error) {
	r := NewFieldReader(payload, int8(TypeChunkFetchFailure))
	m := ChunkFetchFailure{StreamID: r.Int64(), ChunkIndex: r.Int32(), Error: r.String()}
	return m, r.Err()
}
