// SPDX-License-Identifier: Apache-2.0

package api

import (
	"cmp"
	"context"
	"iter"
)

// BlockFetch is a fetch of many blocks from several services in bounded memory, as a reducer makes it: Spark's
// ShuffleBlockFetcherIterator. Fill it in and range over [BlockFetch.All].
type BlockFetch struct {
	// Service fetches. Required.
	Service BlockTransferService
	// Sources are where the blocks are.
	Sources []BlockSource

	// MaxBytesInFlight bounds the bytes that are asked for or have come and were not taken (spark.reducer.maxSizeInFlight).
	// A block that is larger than that is asked for alone. 0: 48 MiB.
	MaxBytesInFlight int64
	// MaxRequestsInFlight bounds the requests that are not answered (spark.reducer.maxReqsInFlight). 0: no bound.
	MaxRequestsInFlight int
	// MaxBlocksPerSource bounds the blocks that one source is asked for at a time
	// (spark.reducer.maxBlocksInFlightPerAddress). 0: no bound.
	MaxBlocksPerSource int

	// Files is where blocks go that are larger than MaxBlockInMemory; they do not count as bytes in flight. Nil: every block
	// goes into memory.
	Files DownloadFileManager
	// MaxBlockInMemory is that size (spark.network.maxRemoteBlockSizeFetchToMem). 0: 200 MiB.
	MaxBlockInMemory int64

	_ struct{}
}

// BlockSource is a service and the blocks that are wanted of it.
type BlockSource struct {
	From   RpcAddress
	ExecID string // the executor they belong to
	Blocks []BlockInfo
}

// BlockInfo is what is known of a block before it comes.
type BlockInfo struct {
	ID   string
	Size int64 // about, in bytes; what is in flight is counted by it
	// Algorithm and Checksum are what the block was written with. A block that arrives otherwise is fetched once more, and
	// fails with a [CorruptBlockError] if that does not help. Empty: nobody checks.
	Algorithm ChecksumAlgorithm
	Checksum  uint32
}

func (f BlockFetch) withDefaults() BlockFetch {
	f.MaxBytesInFlight = cmp.Or(f.MaxBytesInFlight, 48<<20)
	f.MaxBlockInMemory = cmp.Or(f.MaxBlockInMemory, 200<<20)
	return f
}

// requestShare is how many requests the bytes in flight are meant for, so that several sources are asked at a time.
const requestShare = 5

// All fetches the blocks and yields each once, in the order in which they come; the sources are asked in an order that is
// drawn. The data is borrowed: it is released when the loop goes on, so Retain what you keep. A block that fails is yielded
// with its error, and the loop goes on with the others. Leaving the loop ends the fetch; when ctx ends, what is missing
// fails with its error. Range over it once, from one task.
func (f BlockFetch) All(ctx context.Context) iter.Seq2[FetchedBlock, error] {
	return func(yield func(FetchedBlock, error) bool) {
		w := newBlockWindow(f.withDefaults())
		var cancel context.CancelFunc
		w.ctx, cancel = WithCancel(ctx, w.rt)
		defer cancel()
		defer w.close()
		for {
			b, ok := w.next()
			if !ok {
				return
			}
			if !b.lend(yield) {
				return
			}
		}
	}
}

// lend hands the block to the body of a loop, and releases it also when that panics.
func (b FetchedBlock) lend(yield func(FetchedBlock, error) bool) bool {
	if b.Data != nil {
		defer b.Data.Release()
	}
	return yield(b, b.Err)
}
