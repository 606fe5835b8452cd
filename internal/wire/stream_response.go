// SPDX-License-Identifier: Apache-2.0

package wire

import "fmt"

// StreamResponse answers a StreamRequest. ByteCount raw bytes follow the frame,
// without frames of their own and with nothing between; see FrameDecoder.
type StreamResponse struct {
	StreamID  string
	ByteCount int64 // may exceed MaxPayload; a parser refuses a negative one
}

// Type is TypeStreamResponse.
func (StreamResponse) Type() MessageType { return TypeStreamResponse }

// String shows the name and the count.
func (m StreamResponse) String() string {
	return fmt.Sprintf("StreamResponse[streamId=%s,byteCount=%d]", m.StreamID, m.ByteCount)
}

// AppendHeader appends the name and the count.
func (m StreamResponse) AppendHeader(dst []byte) []byte {
	return AppendInt64(AppendString(dst, m.StreamID), m.ByteCount)
}

// ParseStreamResponse reads the payload of a StreamResponse frame.
func ParseStreamResponse(payload []byte) (StreamResponse, error) {
	r := NewFieldReader(payload, int8(TypeStreamResponse))
	m := StreamResponse{StreamID: r.String(), ByteCount: r.Int64()}
	if m.ByteCount < 0 {
		r.Fail(&RawCountError{Count: m.ByteCount})
	}
	return m, r.Err()
}
