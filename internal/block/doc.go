// SPDX-License-Identifier: Apache-2.0

// Package block is the BlockTransferService: the server that opens blocks as streams of chunks, the fetcher that asks
// for them, the transferor that retries, and upload. It follows Spark's org.apache.spark.network.netty and
// network.shuffle, over package transport and the seam.
//
// A fetch takes this way: a transferor asks a fetcher for every block that is missing; the fetcher connects, opens the
// blocks with one request and asks for one chunk a block; each chunk ends one block. An I/O error ends the attempt,
// and the transferor begins another with what is still missing.
package block
