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
	if len(body) > CopyLimit {
		return c.call(ctx, cb, wire.AppendRpcRequestHeader(nil, 0, len(body)), api.NewBytesBuffer(body))
	}
	id, before, err := c.beginCall(ctx, cb, wire.RpcRequestHeaderLen+len(body))
	if err != nil {
		return 0, err
	}
	w := &c.out
	w.tail = append(wire.AppendRpcRequestHeader(w.tail, id, len(body)), body...)
	c.endCall(int64(len(w.tail) - before))
	return id, nil
}

// SendRpcData is SendRpc for a body that ends with the bytes of data, whose reference it takes over.
func (c *Client) SendRpcData(ctx context.Context, start []byte, data api.ManagedBuffer, cb RpcCallback) (id int64, err error) {
	head := wire.AppendRpcRequestHeader(nil, 0, len(start)+int(data.Size()))
	return c.call(ctx, cb, append(head, start...), data)
}

// SendRpcFrame is SendRpc for a body that stands behind FrameRoom bytes of its frame. Where nobody else has anything to
// write, it is written from where it is.
func (c *Client) SendRpcFrame(ctx context.Context, frame []byte, cb RpcCallback) (id int64, err error) {
	if len(frame) > FrameRoom+CopyLimit {
		return c.SendRpc(ctx, frame[FrameRoom:], cb)
	}
	if id, err = c.registerCall(ctx, cb); err != nil {
		return 0, err
	}
	wire.PutRpcRequestHeader(frame, id)
	w := &c.out
	if c.replies.rpcs.quiet == quietAdds && c.holding.Load() == 0 && w.beginsAlone(len(frame)) { // there is nobody to wait for
		w.mu.Unlock()
		if !w.writeAlone(frame) {
			c.writeOn()
		}
		return id, nil
	}
	before := c.joinLocked(len(frame))
	w.tail = append(w.tail, frame...)
	c.endCall(int64(len(w.tail) - before))
	return id, nil
}

// EachRpc hands the callback of every outstanding request to f, in the order of the requests. None of them hears of an
// answer meanwhile; so f must not wait, nor use the client.
func (c *Client) EachRpc(f func(RpcCallback)) { c.replies.eachRpc(f) }

// RemoveRpc forgets a request: a later answer is ignored.
func (c *Client) RemoveRpc(id int64) { c.replies.takeRpc(id) }

// Send sends a one-way message. A body above CopyLimit must not change afterwards. It may wait while the connection is
// congested. The error tells only that the connection is closed already, or that ctx ended.
func (c *Client) Send(ctx context.Context, body []byte) error {
	w := &c.out
	if err := w.room(ctx); err != nil {
		return err
	}
	size := len(body)
	body, data := apart(body)
	if !w.enter(wire.OneWayHeaderLen + len(body)) {
		release(data, nil)
		return c.closedError()
	}
	before := len(w.tail)
	c.payHeldLocked()
	w.tail = append(wire.AppendOneWayHeader(w.tail, size), body...)
	if w.leave(before, data, nil) {
		c.writeSoon()
	}
	return nil
}

// SendFrame is Send for a body of up to CopyLimit that stands in its frame already, which is copied. It is counted: see
// [ClientFactory.Frames].
func (c *Client) SendFrame(ctx context.Context, frame []byte) error {
	w := &c.out
	if err := w.room(ctx); err != nil {
		return err
	}
	if !w.enter(len(frame)) {
		return c.closedError()
	}
	before := len(w.tail)
	w.tail = append(w.tail, frame...)
	w.frames++
	if w.leave(before, nil, nil) {
		c.writeSoon()
	}
	return nil
}

// frames is how many SendFrame has taken.
func (c *Client) frames() uint64 {
	c.out.mu.Lock()
	defer c.out.mu.Unlock()
	return c.out.frames
}

// writeSoon has another task write what nobody waits for, together with what follows.
func (c *Client) writeSoon() { c.shared.rt.Go("writer", c.flush) }

// UploadStream sends meta and the bytes of data as a stream, whose reference it takes over. Otherwise it is SendRpc.
func (c *Client) UploadStream(ctx context.Context, meta []byte, data api.ManagedBuffer, cb RpcCallback) (id int64, err error) {
	m := wire.UploadStream{Meta: meta, BodyByteCount: data.Size()}
	return c.call(ctx, cb, wire.AppendFrame(nil, m), data)
}

// SendMergedBlockMetaReq asks which map outputs each chunk of a merged shuffle block holds. Otherwise it is SendRpc, with
// which it shares the ids.
func (c *Client) SendMergedBlockMetaReq(ctx context.Context, appID string, shuffleID, shuffleMergeID, reduceID int32, cb MergedBlockMetaCallback) (id int64, err error) {
	m := wire.MergedBlockMetaRequest{AppID: appID, ShuffleID: shuffleID, ShuffleMergeID: shuffleMergeID, ReduceID: reduceID}
	return c.call(ctx, metaWait{cb}, wire.AppendFrame(nil, m), nil)
}

// Stream asks for a named stream. Streams arrive in the order of the requests.
func (c *Client) Stream(ctx context.Context, streamID string, cb StreamCallback) {
	if err := c.out.room(ctx); err != nil {
		cb.OnFailure(err)
		return
	}
	m := wire.StreamRequest{StreamID: streamID}
	// The queue of callbacks must have the order of the requests on the wire, so both are added under one lock.
	ok := c.send(func(dst []byte) []byte {
		c.replies.addStreamLocked(cb)
		return wire.AppendFrame(c.replies.pay(dst), m)
	})
	if !ok {
		cb.OnFailure(c.closedError())
	}
}

// call sends a request, a frame whose id it fills in, then data, and keeps cb for its answer.
func (c *Client) call(ctx context.Context, cb RpcCallback, frame []byte, data api.ManagedBuffer) (id int64, err error) {
	id, before, err := c.beginCall(ctx, cb, len(frame))
	if err != nil {
		release(data, nil)
		return 0, err
	}
	w := &c.out
	at := len(w.tail) // behind what was held
	wire.PutRequestID(frame, id)
	w.tail = append(w.tail, frame...)
	size := int64(len(w.tail) - before)
	if data != nil {
		size += w.apartLocked(at, data, nil)
	}
	c.endCall(size)
	return id, nil
}

// beginCall keeps cb for the answer to a request, whose id it returns, and locks the writer, for the request to be appended to
// its tail, which is before bytes long then.
func (c *Client) beginCall(ctx context.Context, cb RpcCallback, size int) (id int64, before int, err error) {
	if id, err = c.registerCall(ctx, cb); err != nil {
		return 0, 0, err
	}
	return id, c.joinLocked(size), nil
}

// registerCall is the first part of beginCall. It keeps cb with the writer's mu held: so who finds the writer closed finds every
// callback that was kept.
func (c *Client) registerCall(ctx context.Context, cb RpcCallback) (id int64, err error) {
	w := &c.out
	if err := w.room(ctx); err != nil {
		return 0, err
	}
	w.mu.Lock()
	if w.closed || w.last {
		w.mu.Unlock()
		return 0, c.closedError()
	}
	if id = c.replies.addRpcLocked(cb); id == 0 {
		w.mu.Unlock()
		return 0, errTooManyRequests
	}
	return id, nil
}

// joinLocked is the other part, for a request that others may join.
func (c *Client) joinLocked(size int) (before int) {
	c.out.makeRoomLocked(size)
	before = len(c.out.tail)
	c.payHeldLocked()
	return before
}

// endCall counts what was appended since beginCall, and sees to it that it is written.
func (c *Client) endCall(size int64) {
	w := &c.out
	flush := w.waitsLocked(size)
	if flush && c.replies.rpcs.quiet == quietAdds || w.byReader && w.pending.bytes >= readerGathers {
		c.flushLocked() // there is nobody to wait for, or enough
		return
	}
	byReader := w.byReader
	w.mu.Unlock()
	switch {
	case !flush:
	case byReader:
		c.watch()
	default:
		c.write()
	}
}

// readerGathers is how many bytes callbacks may add before they are written.
const readerGathers = stepBytes

var errTooManyRequests = errors.New("too many requests are outstanding on one connection")
