// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/twinwire/twinwire/internal/wire"
)

func read[V any](t *testing.T, raw json.RawMessage) V {
	t.Helper()
	var v V
	if err := json.Unmarshal(raw, &v); err != nil {
		t.Fatal(err)
	}
	return v
}

// message makes the message out of the listed fields.
func (v vector) message(t *testing.T) Message {
	t.Helper()
	f := v.Fields
	switch Type(f.Type) {
	case TypeOpenBlocks:
		return OpenBlocks{f.AppID, f.ExecID, f.BlockIDs}
	case TypeUploadBlock:
		return UploadBlock{f.AppID, f.ExecID, f.BlockID, unhex(t, f.Metadata), unhex(t, f.BlockData)}
	case TypeRegisterExecutor:
		return RegisterExecutor{f.AppID, f.ExecID, f.LocalDirs, f.SubDirsPerLocalDir, f.ShuffleManager}
	case TypeStreamHandle:
		return StreamHandle{f.StreamID, f.NumChunks}
	case TypeRegisterDriver:
		return RegisterDriver{f.AppID, f.HeartbeatTimeoutMs}
	case TypeShuffleServiceHeartbeat:
		return ShuffleServiceHeartbeat{f.AppID}
	case TypeUploadBlockStream:
		return UploadBlockStream{f.BlockID, unhex(t, f.Metadata)}
	case TypeRemoveBlocks:
		return RemoveBlocks{f.AppID, f.ExecID, f.BlockIDs}
	case TypeBlocksRemoved:
		return BlocksRemoved{f.NumRemovedBlocks}
	case TypeFetchShuffleBlocks:
		return FetchShuffleBlocks{f.AppID, f.ExecID, f.ShuffleID, f.MapIDs, read[[][]int32](t, f.ReduceIDs), f.BatchFetchEnabled}
	case TypeGetLocalDirsForExecutors:
		return GetLocalDirsForExecutors{f.AppID, f.ExecIDs}
	case TypeLocalDirsForExecutors:
		execs := slices.Sorted(maps.Keys(f.Dirs))
		var dirs [][]string
		for _, exec := range execs {
			dirs = append(dirs, f.Dirs[exec])
		}
		return NewLocalDirsForExecutors(execs, dirs)
	}
	return v.mergeMessage(t)
}

func (v vector) mergeMessage(t *testing.T) Message {
	t.Helper()
	f := v.Fields
	switch Type(f.Type) {
	case TypePushBlockStream:
		return PushBlockStream{f.AppID, f.AppAttemptID, f.ShuffleID, f.ShuffleMergeID, f.MapIndex, read[int32](t, f.ReduceID), f.Index}
	case TypeFinalizeShuffleMerge:
		return FinalizeShuffleMerge{f.AppID, f.AppAttemptID, f.ShuffleID, f.ShuffleMergeID}
	case TypeMergeStatuses:
		return MergeStatuses{f.ShuffleID, f.ShuffleMergeID, bitmaps(t, f.Bitmaps), read[[]int32](t, f.ReduceIDs), f.Sizes}
	case TypeFetchShuffleBlockChunks:
		return FetchShuffleBlockChunks{f.AppID, f.ExecID, f.ShuffleID, f.ShuffleMergeID, read[[]int32](t, f.ReduceIDs), f.ChunkIDs}
	case TypeDiagnoseCorruption:
		return DiagnoseCorruption{f.AppID, f.ExecID, f.ShuffleID, f.MapID, read[int32](t, f.ReduceID), f.Checksum, f.Algorithm}
	case TypeCorruptionCause:
		return CorruptionCause{f.Cause}
	case TypeBlockPushReturnCode:
		return BlockPushReturnCode{f.ReturnCode, f.FailureBlockID}
	case TypeRemoveShuffleMerge:
		return RemoveShuffleMerge{f.AppID, f.AppAttemptID, f.ShuffleID, f.ShuffleMergeID}
	}
	t.Fatalf("%s: unknown type %d", v.Name, f.Type)
	return nil
}

// bitmaps reads the notation of the vectors: "[{0..999}, {}, {1,70000,140000}]".
func bitmaps(t *testing.T, text string) []wire.Bitmap {
	t.Helper()
	var run wire.Bitmap
	run.AddRange(0, 999)
	known := map[string]wire.Bitmap{
		"{1,2,3}": wire.NewBitmap(1, 2, 3), "{0..999}": run, "{}": {}, "{1,70000,140000}": wire.NewBitmap(1, 70000, 140000),
	}
	var list []wire.Bitmap
	for name := range strings.SplitSeq(strings.Trim(text, "[]"), ", ") {
		b, ok := known[name]
		switch {
		case ok:
			list = append(list, b)
		case name != "":
			t.Fatalf("unknown bitmap %q", name)
		}
	}
	return list
}
