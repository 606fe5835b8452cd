// SPDX-License-Identifier: Apache-2.0

package external

import (
	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/shuffle"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire/blockwire"
)

// Merger merges the blocks that executors push and serves what it merged, as Spark's MergedShuffleFileManager. Methods
// are called by many tasks at once, and may block.
type Merger interface {
	api.BlockPushReceiver
	// RegisterExecutor tells of an executor that the registry has accepted.
	RegisterExecutor(id shuffle.ExecutorID, info shuffle.ExecutorInfo)
	// Finalize ends the merging of a shuffle.
	Finalize(m blockwire.FinalizeShuffleMerge) (blockwire.MergeStatuses, error)
	// Remove drops what was merged.
	Remove(m blockwire.RemoveShuffleMerge) error
	// Chunk returns a chunk of a merged block; the caller owns one reference.
	Chunk(id MergedChunk) (api.ManagedBuffer, error)
	// Meta returns how many chunks a merged block has, and the bitmap of each; the caller owns one reference. The chunk of
	// the id is not looked at.
	Meta(id MergedChunk) (chunks int32, bitmaps api.ManagedBuffer, err error)
	// LocalDirs returns the directories that merged blocks of an application lie in.
	LocalDirs(appID string) ([]string, error)
}

// MergedChunk names a chunk of a merged block.
type MergedChunk struct {
	AppID                           string
	Shuffle, MergeID, Reduce, Chunk int32
}

// noMerger refuses everything, as Spark's NoOpMergedShuffleFileManager.
type noMerger struct{}

var errNoMerger = &transport.JavaError{
	Class: "java.lang.UnsupportedOperationException", Message: "Cannot handle shuffle block merge",
}

func (noMerger) RegisterExecutor(shuffle.ExecutorID, shuffle.ExecutorInfo) {}

func (noMerger) ReceivePush(api.BlockPush) (api.BlockSink, error) { return nil, errNoMerger }

func (noMerger) Finalize(blockwire.FinalizeShuffleMerge) (blockwire.MergeStatuses, error) {
	return blockwire.MergeStatuses{}, errNoMerger
}

func (noMerger) Remove(blockwire.RemoveShuffleMerge) error { return errNoMerger }

func (noMerger) Chunk(MergedChunk) (api.ManagedBuffer, error) { return nil, errNoMerger }

func (noMerger) Meta(MergedChunk) (int32, api.ManagedBuffer, error) { return 0, nil, errNoMerger }

func (noMerger) LocalDirs(string) ([]string, error) { return nil, errNoMerger }
