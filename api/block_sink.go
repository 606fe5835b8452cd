// SPDX-License-Identifier: Apache-2.0

package api

import "io"

// BlockSink takes the bytes of a block that another service sends as a stream. It belongs to the connection's reading task:
// a call that blocks holds up that connection, and with it the sender. Exactly one of Commit and Abort comes last.
type BlockSink interface {
	// Write takes the next bytes, valid for the call. An error fails the block and ends the connection, for the rest of the
	// block is in its way.
	io.Writer
	// Commit tells that all bytes came. An error fails the block; the connection lives.
	Commit() error
	// Abort tells that the block broke off, or that Write or Commit failed.
	Abort(cause error)
}

// BlockStreamReceiver is an optional ability of a [BlockDataManager]: to take uploads that come as streams byte by byte.
// Without it they are collected, in memory or in a file, and handed to PutBlockData.
type BlockStreamReceiver interface {
	// PutBlockDataAsStream returns who takes the block. An error refuses the upload and ends the connection.
	PutBlockDataAsStream(blockID string, metadata []byte) (BlockSink, error)
}

// BlockPush is a block that somebody pushes to be merged with others of its reducer, as Spark's PushBlockStream.
type BlockPush struct {
	AppID          string
	AppAttemptID   int32 // -1 when the application has no numbered attempts
	ShuffleID      int32
	ShuffleMergeID int32
	MapIndex       int32
	ReduceID       int32
}

// BlockPushReceiver is an optional ability of a [BlockDataManager]: to merge pushed blocks. Without it pushes are refused.
type BlockPushReceiver interface {
	// ReceivePush returns who takes the block. A *[BlockPushError], from here or from Commit, is told to the pusher, and the
	// connection lives; another error from here ends it.
	ReceivePush(push BlockPush) (BlockSink, error)
}
