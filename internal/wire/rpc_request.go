// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// RpcRequestHeaderLen is the size of a frame with an RpcRequest in front of its
// body, the length field included. RpcResponse has the same.
const RpcRequestHeaderLen = FrameHeaderLen + 1 + 12

// RpcRequest asks for an answer: an RpcResponse or an RpcFailure with the same
// id. The body is an Envelope between two RpcEnvs, a block transfer message
// between block services, or an authentication payload.
type RpcRequest struct {
	RequestID int64  // chosen by the requester; one id space with UploadStream and MergedBlockMetaRequest
	Body      []byte // the rest of the frame
}

// Type is TypeRpcRequest.
func (RpcRequest) Type() MessageType { return TypeRpcRequest }

// String shows the id and the size of the body.
func (m RpcRequest) String() string {
	return fmt.Sprintf("RpcRequest[requestId=%d,body=%d bytes]", m.RequestID, len(m.Body))
}

// AppendHeader appends the id and the size of the body.
func (m RpcRequest) AppendHeader(dst []byte) []byte {
	return m.appendHeaderFor(dst, int64(len(m.Body)))
}

func (m RpcRequest) appendHeaderFor(dst []byte, bodyLen int64) []byte {
	return AppendInt32(AppendInt64(dst, m.RequestID), int32(bodyLen))
}

func (m RpcRequest) inFrame() []byte { return m.Body }

// AppendRpcRequestHeader appends the frame of an RpcRequest up to its body of
// bodyLen bytes, which the caller appends or sends next. It allocates nothing
// when dst has room for RpcRequestHeaderLen bytes.
func AppendRpcRequestHeader(dst []byte, id int64, bodyLen int) []byte {
	return appendRpcHeader(dst, TypeRpcRequest, id, bodyLen)
}

// PutRpcRequestHeader is AppendRpcRequestHeader for a frame that begins with the
// room for it.
func PutRpcRequestHeader(frame []byte, id int64) {
	putRpcHeader(frame, TypeRpcRequest, id, len(frame)-RpcRequestHeaderLen)
}

// ParseRpcRequest reads the payload of an RpcRequest frame and allocates
// nothing; body aliases payload. The body length in the header is ignored, as
// Spark ignores it: the body is the rest of the frame.
func ParseRpcRequest(payload []byte) (id int64, body []byte, err error) {
	return parseRpc(payload, TypeRpcRequest)
}

// PutRequestID fills in the id of a frame that begins an RpcRequest, an UploadStream or a MergedBlockMetaRequest.
func PutRequestID(frame []byte, id int64) {
	binary.BigEndian.PutUint64(frame[FrameHeaderLen+1:], uint64(id))
}

// appendRpcHeader is the frame start that RpcRequest and RpcResponse share.
func appendRpcHeader(dst []byte, t MessageType, id int64, bodyLen int) []byte {
	n := len(dst)
	dst = slices.Grow(dst, RpcRequestHeaderLen)[:n+RpcRequestHeaderLen]
	putRpcHeader(dst[n:], t, id, bodyLen)
	return dst
}

func putRpcHeader(frame []byte, t MessageType, id int64, bodyLen int) {
	h := frame[:RpcRequestHeaderLen:RpcRequestHeaderLen]
	binary.BigEndian.PutUint64(h, uint64(RpcRequestHeaderLen+int64(bodyLen)))
	h[FrameHeaderLen] = byte(t)
	binary.BigEndian.PutUint64(h[FrameHeaderLen+1:], uint64(id))
	binary.BigEndian.PutUint32(h[FrameHeaderLen+9:], uint32(bodyLen))
}

// parseRpc reads what RpcRequest and RpcResponse share: id, body length, body.
func parseRpc(payload []byte, want MessageType) (id int64, body []byte, err error) {
	if len(payload) < 13 || PeekType(payload) != want {
		r := NewFieldReader(payload, int8(want))
		r.Int64()
		r.Int32()
		return 0, nil, r.Err()
	}
	return int64(binary.BigEndian.Uint64(payload[1:])), payload[13:], nil
}
