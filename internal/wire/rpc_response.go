// SPDX-License-Identifier: Apache-2.0

package wire

import "fmt"

// RpcResponse answers an RpcRequest or an UploadStream. That an endpoint failed
// is an RpcResponse too, one whose body says so: an RpcFailure means that the
// request was never given to it.
type RpcResponse struct {
	RequestID int64
	Body      []byte // the rest of the frame
}

// Type is TypeRpcResponse.
func (RpcResponse) Type() MessageType { return TypeRpcResponse }

// String shows the id and the size of the body.
func (m RpcResponse) String() string {
	return fmt.Sprintf("RpcResponse[requestId=%d,body=%d bytes]", m.RequestID, len(m.Body))
}

// AppendHeader appends the id and the size of the body.
func (m RpcResponse) AppendHeader(dst []byte) []byte {
	return m.appendHeaderFor(dst, int64(len(m.Body)))
}

func (m RpcResponse) appendHeaderFor(dst []byte, bodyLen int64) []byte {
	return AppendInt32(AppendInt64(dst, m.RequestID), int32(bodyLen))
}

func (m RpcResponse) inFrame() []byte { return m.Body }

// AppendRpcResponseHeader appends the frame of an RpcResponse up to its body of
// bodyLen bytes, which the caller appends or sends next. It allocates nothing
// when dst has room for RpcRequestHeaderLen bytes.
func AppendRpcResponseHeader(dst []byte, id int64, bodyLen int) []byte {
	return appendRpcHeader(dst, TypeRpcResponse, id, bodyLen)
}

// PutRpcResponseHeader is AppendRpcResponseHeader for a frame that begins with
// the room for it.
func PutRpcResponseHeader(frame []byte, id int64) {
	putRpcHeader(frame, TypeRpcResponse, id, len(frame)-RpcRequestHeaderLen)
}

// ParseRpcResponse reads the payload of an RpcResponse frame and allocates
// nothing; body aliases payload and is the rest of the frame.
func ParseRpcResponse(payload []byte) (id int64, body []byte, err error) {
	return parseRpc(payload, TypeRpcResponse)
}
