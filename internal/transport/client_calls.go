// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"context"
	"errors"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// SendRpc sends a request and returns its id. A body above CopyLimit must not change afterwards. It may wait while the
// connection is congested, until ctx ends. An error says that nothing was sent and cb will not be called; otherwise cb
// hears of the answer exactly once, unless RemoveRpc comes first.
func (c *Client) SendRpc(ctx context.Context, body []byte, cb RpcCallback) (id int64, err error) {
	size := len(body)
	return c.call(ctx, cb, body, nil, func(dst []byte, id int64) []byte { return wire.AppendRpcRequestHeader(dst, id, size) })
}

// EachRpc hands the callback of every outstanding request to f, in the order of the requests. None of them hears of an
// answer meanwhile; so f must not wait, nor use the client.
func (c *Client) EachRpc(f func(RpcCallback)) { c.replies.eachRpc(f) }

// RemoveRpc forgets a request: a later answer is ignored.
func (c *Client) RemoveRpc(id int64) { c.replies.takeRpc(id) }

// Send sends a one-way message. A body above CopyLimit must not change afterwards. It may wait while the connection is
// congested. The error tells only that the connection is closed already, or that ctx ended.
func (c *Client) Send(ctx context.Context, body []byte) error {
	if err := c.out.room(ctx); err != nil {
		return err
	}
	size := len(body)
	body, data := apart(body, nil)
	flush, ok := c.out.add(func(dst []byte) []byte { return wire.AppendOneWayHeader(dst, size) }, body, data, nil)
	if flush { // nobody waits for it: another task writes it, together with those that follow
		c.rt.Go("writer", c.flush)
	}
	if !ok {
		return c.closedError()
	}
	return nil
}

// UploadStream sends meta and the bytes of data as a stream, whose reference it takes over. Otherwise it is SendRpc.
func (c *Client) UploadStream(ctx context.Context, meta []byte, data api.ManagedBuffer, cb RpcCallback) (id int64, err error) {
	m := wire.UploadStream{Meta: meta, BodyByteCount: data.Size()}
	return c.call(ctx, cb, nil, data, func(dst []byte, id int64) []byte {
		m.RequestID = id
		return wire.AppendFrame(dst, m)
	})
}

// SendMergedBlockMetaReq asks which map outputs each chunk of a merged shuffle block holds. Otherwise it is SendRpc, with
// which it shares the ids.
func (c *Client) SendMergedBlockMetaReq(ctx context.Context, appID string, shuffleID, shuffleMergeID, reduceID int32, cb MergedBlockMetaCallback) (id int64, err error) {
	m := wire.MergedBlockMetaRequest{AppID: appID, ShuffleID: shuffleID, ShuffleMergeID: shuffleMergeID, ReduceID: reduceID}
	return c.call(ctx, metaWait{cb}, nil, nil, func(dst []byte, id int64) []byte {
		m.RequestID = id
		return wire.AppendFrame(dst, m)
	})
}

// Stream asks for a named stream. Streams arrive in the order of the requests.
func (c *Client) Stream(ctx context.Context, streamID string, cb StreamCallback) {
	if err := c.out.room(ctx); err != nil {
		cb.OnFailure(err)
		return
	}
	m := wire.StreamRequest{StreamID: streamID}
	// The queue of callbacks must have the order of the requests on the wire, so both are added under one lock.
	ok := c.send(nil, nil, func(dst []byte) []byte {
		c.replies.addStreamLocked(cb)
		return wire.AppendFrame(dst, m)
	})
	if !ok {
		cb.OnFailure(c.closedError())
	}
}

// call sends a request and keeps cb for its answer, both under the writer's lock, so that who finds the writer closed
// finds every callback that was kept.
func (c *Client) call(ctx context.Context, cb RpcCallback, body []byte, data api.ManagedBuffer, encode func(dst []byte, id int64) []byte) (id int64, err error) {
	if err := c.out.room(ctx); err != nil {
		release(data, nil)
		return 0, err
	}
	body, data = apart(body, data)
	tooMany, alone := false, false
	flush, ok := c.out.addIf(func() bool {
		id = c.replies.addRpcLocked(cb)
		tooMany, alone = id == 0, c.replies.rpcs.quiet == quietAdds
		return !tooMany
	}, func(dst []byte) []byte { return encode(dst, id) }, body, data, nil)
	switch {
	case flush && alone: // there is nobody to wait for
		c.Flush()
	case flush:
		c.write()
	}
	switch {
	case tooMany:
		return 0, errTooManyRequests
	case !ok:
		return 0, c.closedError()
	}
	return id, nil
}

var errTooManyRequests = errors.New("too many requests are outstanding on one connection")
