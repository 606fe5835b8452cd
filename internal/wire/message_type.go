// SPDX-License-Identifier: Apache-2.0

package wire

import "strconv"

// MessageType is the byte behind a frame's length: which of the thirteen
// messages the frame holds. It is signed, as in Spark, and 0 is on the wire.
// Follows Message.Type.
type MessageType int8

// The message types of the wire. TypeUser is Spark's marker for bytes that
// never travel as a frame type.
const (
	TypeUser                   MessageType = -1
	TypeChunkFetchRequest      MessageType = 0
	TypeChunkFetchSuccess      MessageType = 1
	TypeChunkFetchFailure      MessageType = 2
	TypeRpcRequest             MessageType = 3
	TypeRpcResponse            MessageType = 4
	TypeRpcFailure             MessageType = 5
	TypeStreamRequest          MessageType = 6
	TypeStreamResponse         MessageType = 7
	TypeStreamFailure          MessageType = 8
	TypeOneWayMessage          MessageType = 9
	TypeUploadStream           MessageType = 10
	TypeMergedBlockMetaRequest MessageType = 11
	TypeMergedBlockMetaSuccess MessageType = 12
)

// String is Spark's name of the type, or the number of an unknown one.
func (t MessageType) String() string {
	switch t {
	case TypeUser:
		return "User"
	case TypeChunkFetchRequest:
		return "ChunkFetchRequest"
	case TypeChunkFetchSuccess:
		return "ChunkFetchSuccess"
	case TypeChunkFetchFailure:
		return "ChunkFetchFailure"
	case TypeRpcRequest:
		return "RpcRequest"
	case TypeRpcResponse:
		return "RpcResponse"
	case TypeRpcFailure:
		return "RpcFailure"
	case TypeStreamRequest:
		return "StreamRequest"
	case TypeStreamResponse:
		return "StreamResponse"
	case TypeStreamFailure:
		return "StreamFailure"
	case TypeOneWayMessage:
		return "OneWayMessage"
	case TypeUploadStream:
		return "UploadStream"
	case TypeMergedBlockMetaRequest:
		return "MergedBlockMetaRequest"
	case TypeMergedBlockMetaSuccess:
		return "MergedBlockMetaSuccess"
	}
	return "MessageType(" + strconv.Itoa(int(t)) + ")"
}

// IsRequest reports whether a frame of this type is handled by the side that
// serves. Every other known type answers a request. Follows RequestMessage.
func (t MessageType) IsRequest() bool {
	switch t {
	case TypeChunkFetchRequest, TypeRpcRequest, TypeStreamRequest, TypeOneWayMessage,
		TypeUploadStream, TypeMergedBlockMetaRequest:
		return true
	}
	return false
}

// PeekType reads the type of a frame's payload without parsing the rest. An
// empty payload, which no decoder hands out, reads as TypeUser.
func PeekType(payload []byte) MessageType {
	if len(payload) == 0 {
		return TypeUser
	}
	return MessageType(payload[0])
}
