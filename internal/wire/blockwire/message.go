// SPDX-License-Identifier: Apache-2.0

package blockwire

import "github.com/twinwire/twinwire/internal/wire"

// Message is one of the twenty messages, held by value. Follows
// BlockTransferMessage.
type Message interface {
	// Type is the message's first byte.
	Type() Type
	// String is Spark's text of the message; block data shows as its size.
	String() string
	// Append appends the type byte and the fields.
	Append(dst []byte) []byte
}

// ParseMessage reads a message of any type. An unknown type is a
// *wire.TypeError with Spark's text, input that ends too early matches
// wire.ErrShort. Follows BlockTransferMessage.Decoder as of Spark 3.5, which
// still knows types 4 and 5.
func ParseMessage(b []byte) (Message, error) {
	if len(b) == 0 {
		return nil, &wire.ShortError{Need: 1}
	}
	switch t := Type(b[0]); t {
	case TypeRegisterExecutor, TypeRegisterDriver, TypeShuffleServiceHeartbeat,
		TypeGetLocalDirsForExecutors, TypeLocalDirsForExecutors, TypeRemoveBlocks, TypeBlocksRemoved:
		return parseServiceMessage(t, b)
	case TypePushBlockStream, TypeFinalizeShuffleMerge, TypeMergeStatuses,
		TypeFetchShuffleBlockChunks, TypeBlockPushReturnCode, TypeRemoveShuffleMerge:
		return parseMergeMessage(t, b)
	default:
		return parseBlockMessage(t, b)
	}
}

// parseBlockMessage reads what moves blocks from one executor to another.
func parseBlockMessage(t Type, b []byte) (Message, error) {
	switch t {
	case TypeOpenBlocks:
		return message(ParseOpenBlocks(b))
	case TypeUploadBlock:
		return message(ParseUploadBlock(b))
	case TypeStreamHandle:
		return message(ParseStreamHandle(b))
	case TypeUploadBlockStream:
		return message(ParseUploadBlockStream(b))
	case TypeFetchShuffleBlocks:
		return message(ParseFetchShuffleBlocks(b))
	case TypeDiagnoseCorruption:
		return message(ParseDiagnoseCorruption(b))
	case TypeCorruptionCause:
		return message(ParseCorruptionCause(b))
	}
	return nil, &wire.TypeError{Type: int8(t), Want: int8(t)}
}

// parseServiceMessage reads what executors and drivers say to the external
// shuffle service.
func parseServiceMessage(t Type, b []byte) (Message, error) {
	switch t {
	case TypeRegisterExecutor:
		return message(ParseRegisterExecutor(b))
	case TypeRegisterDriver:
		return message(ParseRegisterDriver(b))
	case TypeShuffleServiceHeartbeat:
		return message(ParseShuffleServiceHeartbeat(b))
	case TypeRemoveBlocks:
		return message(ParseRemoveBlocks(b))
	case TypeBlocksRemoved:
		return message(ParseBlocksRemoved(b))
	case TypeGetLocalDirsForExecutors:
		return message(ParseGetLocalDirsForExecutors(b))
	}
	return message(ParseLocalDirsForExecutors(b))
}

// parseMergeMessage reads what push-based shuffle says.
func parseMergeMessage(t Type, b []byte) (Message, error) {
	switch t {
	case TypePushBlockStream:
		return message(ParsePushBlockStream(b))
	case TypeFinalizeShuffleMerge:
		return message(ParseFinalizeShuffleMerge(b))
	case TypeMergeStatuses:
		return message(ParseMergeStatuses(b))
	case TypeFetchShuffleBlockChunks:
		return message(ParseFetchShuffleBlockChunks(b))
	case TypeBlockPushReturnCode:
		return message(ParseBlockPushReturnCode(b))
	}
	return message(ParseRemoveShuffleMerge(b))
}

// message keeps a half-read value out of the interface.
func message[M Message](m M, err error) (Message, error) {
	if err != nil {
		return nil, err
	}
	return m, nil
}
