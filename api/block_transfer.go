// SPDX-License-Identifier: Apache-2.0

package api

import "context"

// BlockTransferService fetches blocks from other processes and serves its own to them, as Spark's
// BlockTransferService. All methods are safe for concurrent use.
type BlockTransferService interface {
	// Address is where the service listens, with the advertised host and the bound port.
	Address() RpcAddress
	// Runtime is the world the service runs in.
	Runtime() Runtime
	// FetchBlocks asks the service at from, which belongs to executor execID, for blocks, and returns at once. The
	// listener hears of each block exactly once, whatever happens; after I/O errors the blocks still missing are asked for
	// again, [BlockTransferConfig.MaxRetries] times. When ctx ends, the blocks still missing fail with its error. A
	// block id named twice is heard of twice.
	FetchBlocks(ctx context.Context, from RpcAddress, execID string, blockIDs []string, listener BlockFetchingListener)
	// FetchBlocksToFiles is FetchBlocks for blocks that may not fit into memory: each is written into a file of its own as it
	// comes, and handed over as a segment of that file. A file that cannot be written fails its block with that reason, and
	// is not tried again. Nothing is left of a block that fails.
	FetchBlocksToFiles(ctx context.Context, from RpcAddress, execID string, blockIDs []string, files DownloadFileManager, listener BlockFetchingListener)
	// UploadBlock stores a block at another service and waits until it has it. Metadata is opaque (in Spark, the storage
	// level). It is tried once. It takes over one reference of data.
	UploadBlock(ctx context.Context, to RpcAddress, execID, blockID string, data ManagedBuffer, metadata []byte) error
	// PushBlocks pushes blocks to the service at to, which merges them with others of their reducers, and returns at once. The
	// listener hears of each block exactly once. I/O errors are tried again as by FetchBlocks; once it is clear that the other
	// side takes no more, the blocks behind fail with that reason. It takes over one reference of each block.
	PushBlocks(ctx context.Context, to RpcAddress, blocks []PushedBlock, listener BlockPushingListener)
	// MergedBlockMeta asks the service at from what stands in the chunks of a merged block. It is tried once.
	MergedBlockMeta(ctx context.Context, from RpcAddress, block MergedBlock) (MergedBlockMeta, error)
	// FinalizeShuffleMerge tells the service at a place to merge no more blocks of a shuffle, and returns what it has merged.
	// It is tried once.
	FinalizeShuffleMerge(ctx context.Context, at RpcAddress, shuffleID, shuffleMergeID int32) ([]MergeStatus, error)
	// RemoveShuffleMerge tells the service at a place to drop what it has merged of a shuffle; -1 is every merge of it. Nothing
	// answers that: an error says that it could not be sent.
	RemoveShuffleMerge(ctx context.Context, at RpcAddress, shuffleID, shuffleMergeID int32) error
	// DiagnoseCorruption asks the service at from, which has the block of executor execID, why it arrived broken. It is tried
	// once; when there is no answer, or none within [BlockTransferConfig.ConnectionTimeout], the cause is [UnknownIssue].
	DiagnoseCorruption(ctx context.Context, from RpcAddress, execID string, block CorruptBlock) CorruptionCause
	// RegisterWithShuffleServer tells the external shuffle service at a place where an executor keeps its shuffle files, so that it
	// serves them from then on, also when the executor is dead. It is tried once.
	RegisterWithShuffleServer(ctx context.Context, at RpcAddress, execID string, info ExecutorShuffleInfo) error
	// RemoveBlocks has the external shuffle service at a place remove files of an executor, such as the blocks "rdd_0_1" or
	// the files "shuffle_0_7_0.data", and returns how many there were. It is tried once.
	RemoveBlocks(ctx context.Context, at RpcAddress, execID string, blockIDs []string) (int, error)
	// HostLocalDirs asks the service at a place, which is on this host, where executors keep their files, to read them without
	// it: an external shuffle service knows of all that have registered, any other of its own executor. It is tried once.
	HostLocalDirs(ctx context.Context, at RpcAddress, execIDs []string) (map[string][]string, error)
	// Close stops the service: pending fetches fail with [ErrConnectionClosed], connections close. It waits for that until
	// ctx is done.
	Close(ctx context.Context) error
	// Stats returns counts since the start.
	Stats() BlockTransferStats
}

// BlockTransferStats counts what a service did since its start.
type BlockTransferStats struct {
	BlocksRequested uint64 // blocks asked for by FetchBlocks, repetitions not included
	BlocksReceived  uint64 // blocks that arrived, those of abandoned attempts included
	BytesReceived   uint64 // payload bytes of those blocks
	Retries         uint64 // attempts after the first
	BlocksServed    uint64 // blocks sent to others
	BytesServed     uint64 // payload bytes of those blocks
}

// BlockDataManager holds the blocks a service serves, as Spark's BlockDataManager. Methods are called by many tasks at
// once; they may block, which holds up the requesting connection only. What only some managers can do is found by type
// assertion: [BlockStreamReceiver], [BlockPushReceiver], [ShuffleMergeManager], [MergedBlockSource], [CorruptionDiagnoser].
type BlockDataManager interface {
	// GetBlockData returns the block; the caller owns one reference. An unknown block is an error matching
	// [ErrBlockNotFound].
	GetBlockData(blockID string) (ManagedBuffer, error)
	// PutBlockData stores an uploaded block. The buffer is borrowed for the call. An error refuses the upload.
	PutBlockData(blockID string, data ManagedBuffer, metadata []byte) error
}

// BlockFetchingListener hears how each block of a fetch ended, as Spark's BlockFetchingListener. Methods are called by
// tasks of the service, one at a time for one fetch; they should not block for long.
type BlockFetchingListener interface {
	// OnBlockFetchSuccess hands over a block. The buffer is borrowed for the call.
	OnBlockFetchSuccess(blockID string, data ManagedBuffer)
	// OnBlockFetchFailure tells why a block did not come.
	OnBlockFetchFailure(blockID string, cause error)
}

// StreamManager serves the chunks and streams of a server's connections, as Spark's StreamManager. It is for those who
// bring a server of their own.
type StreamManager interface {
	// GetChunk returns a chunk of a numeric stream; the caller owns one reference.
	GetChunk(streamID int64, chunkIndex int32) (ManagedBuffer, error)
	// OpenStream returns a named stream, or nil when there is none; the caller owns one reference.
	OpenStream(streamID string) (ManagedBuffer, error)
}
