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
	n, held := c.addChunks(id, n, cb)
	if n == 0 {
		cb.OnFailure(first, IllegalState("chunk %d of stream %d is being fetched already", first, streamID))
		return 1
	}
	if held {
		c.watch()
		return n
	}
	if c.send(func(dst []byte) []byte { return appendChunkRequests(c.replies.pay(dst), id, n) }) {
		return n
	}
	for i := range n {
		if id.index = first + i; c.replies.takeChunk(id) != nil {
			cb.OnFailure(id.index, c.closedError())
		}
	}
	return n
}

func appendChunkRequests(dst []byte, first chunkID, n int32) []byte {
	for i := range n {
		dst = wire.AppendChunkFetchRequest(dst, wire.ChunkFetchRequest{StreamID: first.stream, ChunkIndex: first.index + i})
	}
	return dst
}

// addChunks registers cb for n chunks from id on, and returns how many: fewer when the next is waited for already.
//
// held says that their requests will be written with later ones. That is so for those made while the callback of a chunk
// runs, mostly by it and one after another, while enough chunks are on their way: the peer has work, and what comes from
// it brings the reading task to write them in time. If that takes long, or they are another task's, the watch does.
func (c *Client) addChunks(id chunkID, n int32, cb ChunkCallback) (registered int32, held bool) {
	h := &c.replies
	h.mu.Lock()
	defer h.mu.Unlock()
	n = h.chunks.add(id, n, cb)
	h.count += uint64(n)
	if n == 0 || !c.calling.Load() || c.out.closed || c.out.last || !h.mayHold(n) {
		return n, false
	}
	h.held = appendChunkRequests(h.held, id, n)
	h.holding.Add(n)
	return n, true
}

// payHeld writes the requests that were held when too few others are on their way. The reading task calls it before it
// reads.
func (c *Client) payHeld() {
	if c.holding.Load() > 0 && !c.replies.enoughElse() {
		c.send(c.replies.pay)
	}
}

// payHeldLocked appends them to the writer's tail, whose mu is held.
func (c *Client) payHeldLocked() {
	if c.holding.Load() > 0 {
		c.out.shareLocked()
		c.out.tail = c.replies.pay(c.out.tail)
	}
}

func failChunks(cb ChunkCallback, first, n int32, cause error) {
	for i := range n {
		cb.OnFailure(first+i, cause)
	}
}
