// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/internal/wire"
)

// draw makes field values.
type draw struct{ *rapid.T }

func (d draw) text() string {
	return rapid.OneOf(rapid.StringN(0, 12, -1), rapid.SampledFrom([]string{"", "app", "é😀", "a\x00b"})).Draw(d.T, "text")
}
func (d draw) bytes() []byte      { return rapid.SliceOfN(rapid.Byte(), 0, 20).Draw(d.T, "bytes") }
func (d draw) texts() []string    { return rapid.SliceOfN(rapid.String(), 0, 4).Draw(d.T, "texts") }
func (d draw) int32() int32       { return rapid.Int32().Draw(d.T, "int32") }
func (d draw) int64() int64       { return rapid.Int64().Draw(d.T, "int64") }
func (d draw) int32s() []int32    { return rapid.SliceOfN(rapid.Int32(), 0, 5).Draw(d.T, "int32s") }
func (d draw) int64s() []int64    { return rapid.SliceOfN(rapid.Int64(), 0, 5).Draw(d.T, "int64s") }
func (d draw) below(n uint8) byte { return rapid.ByteMax(n-1).Draw(d.T, "code") }
func (d draw) lists() [][]int32 {
	return rapid.SliceOfN(rapid.SliceOfN(rapid.Int32(), 0, 3), 0, 4).Draw(d.T, "lists")
}

func (d draw) bitmaps() []wire.Bitmap {
	var list []wire.Bitmap
	for _, values := range rapid.SliceOfN(rapid.SliceOfN(rapid.Uint32(), 0, 9), 0, 3).Draw(d.T, "bitmaps") {
		list = append(list, wire.NewBitmap(values...))
	}
	return list
}

// message draws a message of that type.
func (d draw) message(of Type) Message {
	switch of {
	case TypeOpenBlocks:
		return OpenBlocks{d.text(), d.text(), d.texts()}
	case TypeUploadBlock:
		return UploadBlock{d.text(), d.text(), d.text(), d.bytes(), d.bytes()}
	case TypeRegisterExecutor:
		return RegisterExecutor{d.text(), d.text(), d.texts(), d.int32(), d.text()}
	case TypeStreamHandle:
		return StreamHandle{d.int64(), d.int32()}
	case TypeRegisterDriver:
		return RegisterDriver{d.text(), d.int64()}
	case TypeShuffleServiceHeartbeat:
		return ShuffleServiceHeartbeat{d.text()}
	case TypeUploadBlockStream:
		return UploadBlockStream{d.text(), d.bytes()}
	case TypeRemoveBlocks:
		return RemoveBlocks{d.text(), d.text(), d.texts()}
	case TypeBlocksRemoved:
		return BlocksRemoved{d.int32()}
	case TypeFetchShuffleBlocks:
		return FetchShuffleBlocks{d.text(), d.text(), d.int32(), d.int64s(), d.lists(), rapid.Bool().Draw(d.T, "batch")}
	case TypeGetLocalDirsForExecutors:
		return GetLocalDirsForExecutors{d.text(), d.texts()}
	case TypeLocalDirsForExecutors:
		return LocalDirsForExecutors{d.texts(), d.int32s(), d.texts()}
	default:
		return d.merge(of)
	}
}

// merge draws one of the other messages.
func (d draw) merge(of Type) Message {
	switch of {
	case TypePushBlockStream:
		return PushBlockStream{d.text(), d.int32(), d.int32(), d.int32(), d.int32(), d.int32(), d.int32()}
	case TypeFinalizeShuffleMerge:
		return FinalizeShuffleMerge{d.text(), d.int32(), d.int32(), d.int32()}
	case TypeMergeStatuses:
		return MergeStatuses{d.int32(), d.int32(), d.bitmaps(), d.int32s(), d.int64s()}
	case TypeFetchShuffleBlockChunks:
		return FetchShuffleBlockChunks{d.text(), d.text(), d.int32(), d.int32(), d.int32s(), d.lists()}
	case TypeDiagnoseCorruption:
		return DiagnoseCorruption{d.text(), d.text(), d.int32(), d.int64(), d.int32(), d.int64(), d.text()}
	case TypeCorruptionCause:
		return CorruptionCause{Cause(d.below(causes))}
	case TypeBlockPushReturnCode:
		return BlockPushReturnCode{ReturnCode(d.below(returnCodes)), d.text()}
	default:
		return RemoveShuffleMerge{d.text(), d.int32(), d.int32(), d.int32()}
	}
}
