// SPDX-License-Identifier: Apache-2.0

// Package block is the BlockTransferService: the server that opens blocks as streams of chunks and takes uploads and
// pushes, the fetcher that asks for blocks, the pusher, the transferor that retries for both, and upload. It follows Spark's
// org.apache.spark.network.netty and network.shuffle, over package transport and the seam.
//
// A fetch takes this way: a transferor asks a fetcher for every block that is missing; the fetcher connects, opens the
// blocks with one request and asks for one chunk a block, or for one stream a block when they go into files; each chunk ends
// one block. An I/O error ends the attempt, and the transferor begins another with what is still missing.
//
// Who owns a buffer: what the block manager returns belongs to the stream it is registered in, then to the transport, which
// releases it when its bytes have left or cannot leave; what arrives is borrowed by the listener for its call; what is
// uploaded or pushed belongs to the service. With a [api.BufferAudit] in the configuration all of them are watched.
package block
