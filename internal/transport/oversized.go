// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"encoding/binary"
	"errors"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// OversizeObserver is an RpcHandler that is told of requests that were too large for this side, and so dropped unread.
type OversizeObserver interface {
	// Oversized tells of one; asked says that the peer was told, too. The connection's reading task calls it.
	Oversized(c *Client, asked bool, cause error)
}

// oversizedStart is how much of a frame says what it belongs to: type and id, or type, stream and chunk.
const oversizedStart = 1 + 8 + 4

// skipOversized deals with a frame that is larger than this side takes, though not larger than the wire allows. It is read
// and dropped, and what it belongs to fails alone: a request at the peer, an answer at who waits for it. err is what the
// decoder said, which ends the connection where there is no such thing.
func (c *Client) skipOversized(err error) error {
	frame, ok := errors.AsType[*wire.FrameError](err)
	if !ok || frame.Payload < oversizedStart || frame.Payload > wire.MaxPayload {
		return err
	}
	c.drained()
	start, broken := c.in.oversizedStart()
	if broken != nil {
		return inMidst(broken)
	}
	kind := wire.PeekType(start[:])
	switch kind {
	case wire.TypeRpcRequest, wire.TypeOneWayMessage, wire.TypeRpcResponse, wire.TypeRpcFailure, wire.TypeMergedBlockMetaSuccess, wire.TypeChunkFetchSuccess, wire.TypeChunkFetchFailure:
	default:
		return err
	}
	if broken := c.in.skip(int(frame.Payload) - oversizedStart); broken != nil {
		return broken
	}
	c.failOversized(kind, start, &api.MessageTooLargeError{What: "frame of a message", Size: frame.Payload, Limit: int64(frame.Limit), Setting: c.shared.cfg.MaxPayloadSetting})
	return nil
}

// failOversized tells who is concerned.
func (c *Client) failOversized(kind wire.MessageType, start [oversizedStart]byte, cause error) {
	id := int64(binary.BigEndian.Uint64(start[1:]))
	switch kind {
	case wire.TypeRpcRequest, wire.TypeOneWayMessage:
		asked := kind == wire.TypeRpcRequest
		if asked {
			c.out.settle()
			c.sendRpcFailure(id, cause, true)
		}
		if o, ok := c.handler.(OversizeObserver); ok {
			o.Oversized(c, asked, cause)
		}
	case wire.TypeChunkFetchSuccess, wire.TypeChunkFetchFailure:
		index := int32(binary.BigEndian.Uint32(start[9:]))
		if cb := c.replies.takeChunk(chunkID{id, index}); cb != nil {
			cb.OnFailure(index, cause)
		}
	default:
		if cb := c.replies.takeRpc(id); cb != nil {
			cb.OnFailure(cause)
		}
	}
}

// oversizedStart takes the start of the frame at the front, whatever its length, and leaves the rest as raw bytes.
func (r *reader) oversizedStart() (start [oversizedStart]byte, err error) {
	most := r.decoder.MaxPayload
	for {
		r.decoder.MaxPayload = 0
		taken, _, ok, err := r.decoder.TakeFrameStart(len(start))
		r.decoder.MaxPayload = most
		copy(start[:], taken)
		if ok || err != nil {
			return start, err
		}
		if err := r.fill(); err != nil {
			return start, err
		}
	}
}
