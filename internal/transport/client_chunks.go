// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"context"

	"github.com/twinwire/twinwire/internal/wire"
)

// chunkRequests is how many requests for chunks are written at once, and wait for room together.
const chunkRequests = 512

// FetchChunk asks for a chunk of a numeric stream. One request for a chunk may be outstanding at a time.
func (c *Client) FetchChunk(ctx context.Context, streamID int64, chunkIndex int32, cb ChunkCallback) {
	c.FetchChunks(ctx, streamID, chunkIndex, 1, cb)
}

// FetchChunks is FetchChunk for n chunks from first on, each of which cb hears of. Their requests leave in a few writes.
func (c *Client) FetchChunks(ctx context.Context, streamID int64, first, n int32, cb ChunkCallback) {
	for n > 0 {
		done := c.fetchSome(ctx, streamID, first, min(n, chunkRequests), cb)
		first, n = first+done, n-done
	}
}

// fetchSome asks for the first of n chunks, one or more, and returns how many have been asked for or have failed.
func (c *Client) fetchSome(ctx context.Context, streamID int64, first, n int32, cb ChunkCallback) int32 {
	if err := c.out.room(ctx); err != nil {
		failChunks(cb, first, n, err)
		return n
	}
	id := chunkID{streamID, first}
	n = c.replies.addChunks(id, n, cb)
	if n == 0 {
		cb.OnFailure(first, IllegalState("chunk %d of stream %d is being fetched already", first, streamID))
		return 1
	}
	sent := c.send(nil, nil, func(dst []byte) []byte {
		for i := range n {
			dst = wire.AppendFrame(dst, wire.ChunkFetchRequest{StreamID: streamID, ChunkIndex: first + i})
		}
		return dst
	})
	if sent {
		return n
	}
	for i := range n {
		if id.index = first + i; c.replies.takeChunk(id) != nil {
			cb.OnFailure(id.index, c.closedError())
		}
	}
	return n
}

func failChunks(cb ChunkCallback, first, n int32, cause error) {
	for i := range n {
		cb.OnFailure(first+i, cause)
	}
}
