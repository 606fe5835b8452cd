// SPDX-License-Identifier: Apache-2.0

package api

// MergedBlock names the blocks of one reducer that were merged into one, as the arguments of Spark's
// MergedBlockMetaRequest.
type MergedBlock struct {
	AppID          string
	ShuffleID      int32
	ShuffleMergeID int32
	ReduceID       int32
}

// MergedBlockMeta tells which map outputs stand in each chunk of a merged block, by their map indices in ascending order.
type MergedBlockMeta struct {
	Chunks [][]uint32
}

// MergedBlockSource is an optional ability of a [BlockDataManager]: to serve merged blocks, as Spark's
// MergedShuffleFileManager. Without it requests for them fail at once.
//
// Each method may fail with an error that matches [ErrStaleMerge]: a later merge has taken the place of the block's.
type MergedBlockSource interface {
	// MergedBlockMeta describes a merged block; a block that is not there is an error.
	MergedBlockMeta(block MergedBlock) (MergedBlockMeta, error)
	// MergedBlockData returns a chunk of a merged block; the caller owns one reference. Who fetches it calls it
	// shuffleChunk_<shuffleId>_<shuffleMergeId>_<reduceId>_<chunk>.
	MergedBlockData(block MergedBlock, chunk int32) (ManagedBuffer, error)
}
