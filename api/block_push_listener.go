// SPDX-License-Identifier: Apache-2.0

package api

// BlockPushingListener hears how each block of a push ended, as Spark's BlockPushingListener. Methods are called by tasks
// of the service, one at a time for one push; they should not block for long.
type BlockPushingListener interface {
	// OnBlockPushSuccess tells that the other side has the block.
	OnBlockPushSuccess(blockID string)
	// OnBlockPushFailure tells why it has not; a *[BlockPushError] is in the chain when it did not want it.
	OnBlockPushFailure(blockID string, cause error)
}

// PushedBlock is a block that is pushed to where the blocks of its reducer are merged.
type PushedBlock struct {
	ID   string        // shufflePush_<shuffleId>_<shuffleMergeId>_<mapIndex>_<reduceId>
	Data ManagedBuffer // the push owns one reference
}
