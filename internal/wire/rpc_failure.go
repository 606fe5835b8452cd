// SPDX-License-Identifier: Apache-2.0

package wire

import "fmt"

// RpcFailure answers an RpcRequest, an UploadStream or a MergedBlockMetaRequest
// that could not be handed to anyone, or whose handler failed before it took it.
type RpcFailure struct {
	RequestID int64
	Error     string // from a JVM the whole stack trace; its first line names the exception
}

// Type is TypeRpcFailure.
func (RpcFailure) Type() MessageType { return TypeRpcFailure }

// String shows the id and the error.
func (m RpcFailure) String() string {
	return fmt.Sprintf("RpcFailure[requestId=%d,error=%s]", m.RequestID, m.Error)
}

// AppendHeader appends the id and the error.
func (m RpcFailure) AppendHeader(dst []byte) []byte {
	return AppendString(AppendInt64(dst, m.RequestID), m.Error)
}

// ParseRpcFailure reads the payload of an RpcFailure frame.
func ParseRpcFailure(payload []byte) (RpcFailure, error) {
	r := NewFieldReader(payload, int8(TypeRpcFailure))
	m := RpcFailure{RequestID: r.Int64(), Error: r.String()}
	return m, r.Err()
}
