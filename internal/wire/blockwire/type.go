// SPDX-License-Identifier: Apache-2.0

package blockwire

import "strconv"

// Type is the first byte of a block transfer message. It is signed, as in
// Spark, and 0 is on the wire. Follows BlockTransferMessage.Type.
type Type int8

// The twenty types. RegisterDriver and ShuffleServiceHeartbeat are Spark 3.5's.
const (
	TypeOpenBlocks               Type = 0
	TypeUploadBlock              Type = 1
	TypeRegisterExecutor         Type = 2
	TypeStreamHandle             Type = 3
	TypeRegisterDriver           Type = 4
	TypeShuffleServiceHeartbeat  Type = 5
	TypeUploadBlockStream        Type = 6
	TypeRemoveBlocks             Type = 7
	TypeBlocksRemoved            Type = 8
	TypeFetchShuffleBlocks       Type = 9
	TypeGetLocalDirsForExecutors Type = 10
	TypeLocalDirsForExecutors    Type = 11
	TypePushBlockStream          Type = 12
	TypeFinalizeShuffleMerge     Type = 13
	TypeMergeStatuses            Type = 14
	TypeFetchShuffleBlockChunks  Type = 15
	TypeDiagnoseCorruption       Type = 16
	TypeCorruptionCause          Type = 17
	TypeBlockPushReturnCode      Type = 18
	TypeRemoveShuffleMerge       Type = 19
)

// String is the name of the message type, or the number of an unknown one.
func (t Type) String() string {
	names := [...]string{
		"OpenBlocks", "UploadBlock", "RegisterExecutor", "StreamHandle", "RegisterDriver",
		"ShuffleServiceHeartbeat", "UploadBlockStream", "RemoveBlocks", "BlocksRemoved",
		"FetchShuffleBlocks", "GetLocalDirsForExecutors", "LocalDirsForExecutors",
		"PushBlockStream", "FinalizeShuffleMerge", "MergeStatuses", "FetchShuffleBlockChunks",
		"DiagnoseCorruption", "CorruptionCause", "BlockPushReturnCode", "RemoveShuffleMerge",
	}
	if t < 0 || int(t) >= len(names) {
		return "Type(" + strconv.Itoa(int(t)) + ")"
	}
	return names[t]
}
