// SPDX-License-Identifier: Apache-2.0

package api

// ShuffleMerge names one merge of a shuffle, as the arguments of Spark's FinalizeShuffleMerge.
type ShuffleMerge struct {
	AppID          string
	AppAttemptID   int32 // -1 when the application has no numbered attempts
	ShuffleID      int32
	ShuffleMergeID int32 // -1 where every merge of the shuffle is to be removed
}

// MergeStatus is what has become of one reducer's pushed blocks.
type MergeStatus struct {
	ReduceID int32
	Maps     []uint32 // the indices of the maps whose blocks were merged, in ascending order
	Size     int64    // of the merged block, in bytes
}

// ShuffleMergeManager is an optional ability of a [BlockDataManager] that merges pushed blocks: to be told when a merge is
// over, as Spark's MergedShuffleFileManager. Without it that is refused.
type ShuffleMergeManager interface {
	// FinalizeShuffleMerge ends a merge: blocks that are pushed later are [PushTooLate]. It returns what was merged.
	FinalizeShuffleMerge(merge ShuffleMerge) ([]MergeStatus, error)
	// RemoveShuffleMerge drops what was merged. Nobody waits for that: its error is logged.
	RemoveShuffleMerge(merge ShuffleMerge) error
}
