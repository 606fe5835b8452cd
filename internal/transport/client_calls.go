// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"context"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// SendRpc sends a request and returns its id. a body above CopyLimit must not change afterwards. It may wait while the connection is
// congested, until ctx ends. An error says that nothing was sent and cb will not be called; otherwise cb hears of the
// answer exactly once, unless RemoveRpc comes first.
func (c *Client) SendRpc(ctx context.Context, body []byte, cb RpcCallback) (id int64, err error) {
	if err := c.out.room(ctx); err != nil {
		return 0, err
	}
	c.idle.touch()
	id = c.replies.addRpc(cb)
	return id, c.request(id, body, nil, func(dst []byte) []byte { return wire.AppendRpcRequestHeader(dst, id, len(body)) })
}

// RemoveRpc forgets a request: a later answer is ignored.
func (c *Client) RemoveRpc(id int64) { c.replies.takeRpc(id) }

// Send sends a one-way message. a body above CopyLimit must not change afterwards. It may wait while the connection is congested. The error tells only that the
// connection is closed already, or that ctx ended.
func (c *Client) Send(ctx context.Context, body []byte) error {
	if err := c.out.room(ctx); err != nil {
		return err
	}
	if !c.append(body, nil, false, func(dst []byte) []byte { return wire.AppendOneWayHeader(dst, len(body)) }) {
		return c.closedError()
	}
	return nil
}

// UploadStream sends meta and the bytes of data as a stream, whose reference it takes over. Otherwise it is SendRpc.
func (c *Client) UploadStream(ctx context.Context, meta []byte, data api.ManagedBuffer, cb RpcCallback) (id int64, err error) {
	if err := c.out.room(ctx); err != nil {
		data.Release()
		return 0, err
	}
	c.idle.touch()
	id = c.replies.addRpc(cb)
	m := wire.UploadStream{RequestID: id, Meta: meta, BodyByteCount: data.Size()}
	return id, c.request(id, nil, data, func(dst []byte) []byte { return wire.AppendFrame(dst, m) })
}

// FetchChunk asks for a chunk of a numeric stream. One request for a chunk may be outstanding at a time.
func (c *Client) FetchChunk(ctx context.Context, streamID int64, chunkIndex int32, cb ChunkCallback) {
	if err := c.out.room(ctx); err != nil {
		cb.OnFailure(chunkIndex, err)
		return
	}
	c.idle.touch()
	id := chunkID{streamID, chunkIndex}
	if !c.replies.addChunk(id, cb) {
		cb.OnFailure(chunkIndex, IllegalState("chunk %d of stream %d is being fetched already", chunkIndex, streamID))
		return
	}
	m := wire.ChunkFetchRequest{StreamID: streamID, ChunkIndex: chunkIndex}
	if !c.append(nil, nil, false, func(dst []byte) []byte { return wire.AppendFrame(dst, m) }) && c.replies.takeChunk(id) != nil {
		cb.OnFailure(chunkIndex, c.closedError())
	}
}

// Stream asks for a named stream. Streams arrive in the order of the requests.
func (c *Client) Stream(ctx context.Context, streamID string, cb StreamCallback) {
	if err := c.out.room(ctx); err != nil {
		cb.OnFailure(err)
		return
	}
	c.idle.touch()
	m := wire.StreamRequest{StreamID: streamID}
	// The queue of callbacks must have the order of the requests on the wire, so both are added under the writer's lock.
	ok := c.append(nil, nil, false, func(dst []byte) []byte {
		c.replies.addStream(cb)
		return wire.AppendFrame(dst, m)
	})
	if !ok {
		cb.OnFailure(c.closedError())
	}
}

// request sends a request whose callback is registered under id. When the connection is closed it takes the callback
// back and returns the error, unless the connection's end has told it already.
func (c *Client) request(id int64, body []byte, data api.ManagedBuffer, encode func([]byte) []byte) error {
	if c.append(body, data, false, encode) || c.replies.takeRpc(id) == nil {
		return nil
	}
	return c.closedError()
}

// append hands a frame to the writer: what encode appends, then body, then data. later says that the caller must not be
// held up by a write, as the reading task: another task then writes, and what is appended until it runs joins it.
func (c *Client) append(body []byte, data api.ManagedBuffer, later bool, encode func([]byte) []byte) bool {
	if len(body) > CopyLimit && data == nil {
		data, body = api.NewBytesBuffer(body), nil
	}
	flush, ok := c.out.add(func(dst []byte) []byte { return append(encode(dst), body...) }, data)
	switch {
	case flush && later:
		c.rt.Go("writer", c.flush)
	case flush:
		c.out.flush()
	}
	return ok
}

func (c *Client) closedError() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return &ConnectionError{Op: "connection", Remote: c.remote, Cause: c.cause}
}

func (c *Client) sendRpcResponse(id int64, body []byte, later bool) {
	c.append(body, nil, later, func(dst []byte) []byte { return wire.AppendRpcResponseHeader(dst, id, len(body)) })
}

func (c *Client) sendRpcFailure(id int64, err error, later bool) {
	c.sendMessage(wire.RpcFailure{RequestID: id, Error: FailureText(err)}, nil, later)
}

func (c *Client) sendMessage(m wire.Message, data api.ManagedBuffer, later bool) bool {
	return c.append(nil, data, later, func(dst []byte) []byte { return wire.AppendFrame(dst, m) })
}
