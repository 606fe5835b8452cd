// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// unreadable sends, instead of a step's frame, whose body cannot be read, one that tells of it, as Spark's MessageEncoder
// does. Nothing of the frame has been written. An error says that there is no such frame: the connection must end.
func (w *writer) unreadable(op *writeOp, cause error) error {
	before, frame := op.bytes[:op.frame:op.frame], op.bytes[op.frame:]
	if isShort(cause) && wire.PeekType(frame[wire.FrameHeaderLen:]) != wire.TypeUploadStream {
		return &shortage{cause}
	}
	b, ok := w.owner.instead(before, frame, cause)
	if err := w.put(b); err != nil || ok {
		return err
	}
	return cause
}

// bytesOf reads a body, whose size was announced: other bytes would be taken for what follows.
func bytesOf(body api.ManagedBuffer) (b []byte, err error) {
	defer recovered(&err)
	b, err = body.Bytes()
	if size := body.Size(); err == nil && int64(len(b)) != size {
		err = fmt.Errorf("a buffer of %d bytes has %d", size, len(b))
	}
	return b, err
}

// instead appends the frame that tells the peer that the body of frame cannot be read. An upload or a request, of which the
// peer knows nothing yet, fails here instead.
func (c *Client) instead(dst, frame []byte, cause error) (_ []byte, ok bool) {
	payload := frame[wire.FrameHeaderLen:]
	switch wire.PeekType(payload) {
	case wire.TypeChunkFetchSuccess:
		c.refused(cause)
		m, err := wire.ParseChunkFetchSuccess(payload)
		return wire.AppendFrame(dst, wire.ChunkFetchFailure{StreamID: m.StreamID, ChunkIndex: m.ChunkIndex, Error: c.failureText(cause)}), err == nil
	case wire.TypeStreamResponse:
		c.refused(cause)
		m, err := wire.ParseStreamResponse(payload)
		return wire.AppendFrame(dst, wire.StreamFailure{StreamID: m.StreamID, Error: c.failureText(cause)}), err == nil
	case wire.TypeMergedBlockMetaSuccess:
		c.refused(cause)
		m, err := wire.ParseMergedBlockMetaSuccess(payload)
		return wire.AppendFrame(dst, wire.RpcFailure{RequestID: m.RequestID, Error: c.failureText(cause)}), err == nil
	case wire.TypeUploadStream:
		m, err := wire.ParseUploadStream(payload)
		c.notSent(m.RequestID, cause)
		return dst, err == nil
	case wire.TypeRpcRequest:
		id, _, err := wire.ParseRpcRequest(payload)
		c.notSent(id, cause)
		return dst, err == nil
	}
	return dst, false
}

// notSent fails a request of this side.
func (c *Client) notSent(id int64, cause error) {
	if cb := c.replies.takeRpc(id); cb != nil {
		c.shared.rt.Go("connection "+c.remote, func() { cb.OnFailure(cause) }) // this task has more to write
	}
}
