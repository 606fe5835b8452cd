// SPDX-License-Identifier: Apache-2.0

package wire

// Message is one of the thirteen messages, held by value. Follows Message and
// its encoder.
type Message interface {
	// Type is the byte that stands in front of the header.
	Type() MessageType
	// String is short and shows no body, for traces.
	String() string
	// AppendHeader appends the fields behind the type byte, without the body.
	AppendHeader(dst []byte) []byte
}

// bodied is a message whose body stands in the frame.
type bodied interface {
	Message
	inFrame() []byte
	appendHeaderFor(dst []byte, bodyLen int64) []byte
}

// HasInFrameBody reports whether a message of type t carries its body inside its
// frame. Raw bytes behind a StreamResponse or an UploadStream are not in it.
func (t MessageType) HasInFrameBody() bool {
	switch t {
	case TypeChunkFetchSuccess, TypeRpcRequest, TypeRpcResponse, TypeOneWayMessage, TypeMergedBlockMetaSuccess:
		return true
	}
	return false
}

// ParseMessage reads the payload of a frame: all of it but the length. Bodies
// alias payload. Bytes behind the last field of a message without a body are
// ignored, as Spark ignores them. A payload that ends inside its header, an
// unknown type (*TypeError) and TypeUser (ErrUserType) are errors after which
// the connection must be closed. Follows MessageDecoder.
func ParseMessage(payload []byte) (Message, error) {
	switch PeekType(payload) {
	case TypeChunkFetchRequest:
		return message(ParseChunkFetchRequest(payload))
	case TypeChunkFetchSuccess:
		return message(ParseChunkFetchSuccess(payload))
	case TypeChunkFetchFailure:
		return message(ParseChunkFetchFailure(payload))
	case TypeRpcRequest:
		id, body, err := ParseRpcRequest(payload)
		return message(RpcRequest{RequestID: id, Body: body}, err)
	case TypeRpcResponse:
		id, body, err := ParseRpcResponse(payload)
		return message(RpcResponse{RequestID: id, Body: body}, err)
	case TypeRpcFailure:
		return message(ParseRpcFailure(payload))
	case TypeStreamRequest:
		return message(ParseStreamRequest(payload))
	case TypeStreamResponse:
		return message(ParseStreamResponse(payload))
	case TypeStreamFailure:
		return message(ParseStreamFailure(payload))
	case TypeOneWayMessage:
		body, err := ParseOneWayMessage(payload)
		return message(OneWayMessage{Body: body}, err)
	case TypeUploadStream:
		return message(ParseUploadStream(payload))
	case TypeMergedBlockMetaRequest:
		return message(ParseMergedBlockMetaRequest(payload))
	case TypeMergedBlockMetaSuccess:
		return message(ParseMergedBlockMetaSuccess(payload))
	}
	return nil, unknownType(payload)
}

// message keeps a half-read value out of the interface.
func message[M Message](m M, err error) (Message, error) {
	if err != nil {
		return nil, err
	}
	return m, nil
}

func unknownType(payload []byte) error {
	if len(payload) == 0 {
		return &ShortError{Need: 1}
	}
	if PeekType(payload) == TypeUser {
		return ErrUserType
	}
	return &TypeError{Type: int8(payload[0]), Want: int8(payload[0])}
}
