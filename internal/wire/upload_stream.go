// SPDX-License-Identifier: Apache-2.0

package wire

import "fmt"

// UploadStream is a request like RpcRequest whose data streams: BodyByteCount
// raw bytes follow the frame, without frames of their own and with nothing
// between; see FrameDecoder. The answer is an RpcResponse or an RpcFailure.
type UploadStream struct {
	RequestID     int64
	Meta          []byte // says what is uploaded: a block transfer message
	BodyByteCount int64  // may exceed MaxPayload; a parser refuses a negative one
}

// Type is TypeUploadStream.
func (UploadStream) Type() MessageType { return TypeUploadStream }

// String shows the id and both sizes.
func (m UploadStream) String() string {
	return fmt.Sprintf("UploadStream[requestId=%d,meta=%d bytes,bodyByteCount=%d]",
		m.RequestID, len(m.Meta), m.BodyByteCount)
}

// AppendHeader appends the id, the meta data and the count of raw bytes.
func (m UploadStream) AppendHeader(dst []byte) []byte {
	return AppendInt64(AppendBytes(AppendInt64(dst, m.RequestID), m.Meta), m.BodyByteCount)
}

// ParseUploadStream reads the payload of an UploadStream frame; Meta aliases it.
func ParseUploadStream(payload []byte) (UploadStream, error) {
	r := NewFieldReader(payload, int8(TypeUploadStream))
	m := UploadStream{RequestID: r.Int64(), Meta: r.Bytes(), BodyByteCount: r.Int64()}
	if m.BodyByteCount < 0 {
		r.Fail(&RawCountError{Count: m.BodyByteCount})
	}
	return m, r.Err()
}
