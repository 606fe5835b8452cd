// SPDX-License-Identifier: Apache-2.0

package wire

import "fmt"

// ChunkFetchRequest asks for one chunk of a stream that a StreamHandle opened.
// Chunks of one stream are asked for in order.
type ChunkFetchRequest struct {
	StreamID   int64
	ChunkIndex int32
}

// Type is TypeChunkFetchRequest.
func (ChunkFetchRequest) Type() MessageType { return TypeChunkFetchRequest }

// String shows both fields.
func (m ChunkFetchRequest) String() string {
	return fmt.Sprintf("ChunkFetchRequest[streamId=%d,chunkIndex=%d]", m.StreamID, m.ChunkIndex)
}

// AppendHeader appends both fields.
func (m ChunkFetchRequest) AppendHeader(dst []byte) []byte {
	return AppendInt32(AppendInt64(dst, m.StreamID), m.ChunkIndex)
}

// AppendChunkFetchRequest is AppendFrame for one of many: it does not look what kind of message it is.
func AppendChunkFetchRequest(dst []byte, m ChunkFetchRequest) []byte {
	return m.AppendHeader(appendFrameStart(dst, TypeChunkFetchRequest, 12, 0))
}

// ParseChunkFetchRequest reads the payload of a ChunkFetchRequest frame.
func ParseChunkFetchRequest(payload []byte) (ChunkFetchRequest, error) {
	r := NewFieldReader(payload, int8(TypeChunkFetchRequest))
	m := ChunkFetchRequest{StreamID: r.Int64(), ChunkIndex: r.Int32()}
	return m, r.Err()
}
