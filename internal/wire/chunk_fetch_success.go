// SPDX-License-Identifier: Apache-2.0

package wire

import "fmt"

// ChunkFetchSuccessStart is how many bytes of a ChunkFetchSuccess payload stand
// in front of its body, the type byte included: what TakeFrameStart takes when
// a large chunk is received in place.
const ChunkFetchSuccessStart = 1 + 12

// ChunkFetchSuccess answers a ChunkFetchRequest with the chunk.
type ChunkFetchSuccess struct {
	StreamID   int64
	ChunkIndex int32
	Body       []byte // the chunk: the rest of the frame
}

// Type is TypeChunkFetchSuccess.
func (ChunkFetchSuccess) Type() MessageType { return TypeChunkFetchSuccess }

// String shows which chunk it is and its size.
func (m ChunkFetchSuccess) String() string {
	return fmt.Sprintf("ChunkFetchSuccess[streamId=%d,chunkIndex=%d,body=%d bytes]",
		m.StreamID, m.ChunkIndex, len(m.Body))
}

// AppendHeader appends which chunk it is.
func (m ChunkFetchSuccess) AppendHeader(dst []byte) []byte { return m.appendHeaderFor(dst, 0) }

func (m ChunkFetchSuccess) appendHeaderFor(dst []byte, _ int64) []byte {
	return AppendInt32(AppendInt64(dst, m.StreamID), m.ChunkIndex)
}

func (m ChunkFetchSuccess) inFrame() []byte { return m.Body }

// AppendChunkFetchSuccessHeader appends the frame of a ChunkFetchSuccess up to
// its body of bodyLen bytes, which the caller sends next, and allocates nothing
// when dst has room for 21 bytes.
func AppendChunkFetchSuccessHeader(dst []byte, streamID int64, chunkIndex int32, bodyLen int64) []byte {
	dst = appendFrameStart(dst, TypeChunkFetchSuccess, 12, bodyLen)
	return AppendInt32(AppendInt64(dst, streamID), chunkIndex)
}

// ParseChunkFetchSuccess reads the payload of a ChunkFetchSuccess frame, or the
// start of one that TakeFrameStart took, whose body is then what is in it.
func ParseChunkFetchSuccess(payload []byte) (ChunkFetchSuccess, error) {
	r := NewFieldReader(payload, int8(TypeChunkFetchSuccess))
	m := ChunkFetchSuccess{StreamID: r.Int64(), ChunkIndex: r.Int32(), Body: r.Rest()}
	return m, r.Err()
}
