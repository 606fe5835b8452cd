// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// takeReply hands a reply to who waits for it. A reply nobody waits for is ignored, as in Spark. It is called by the
// reading task.
func (c *Client) takeReply(payload []byte) error {
	switch wire.PeekType(payload) {
	case wire.TypeRpcResponse:
		id, body, err := wire.ParseRpcResponse(payload)
		if err != nil {
			return err
		}
		if cb := c.replies.takeRpc(id); cb != nil {
			cb.OnSuccess(body)
		}
		return nil
	case wire.TypeRpcFailure:
		m, err := wire.ParseRpcFailure(payload)
		if err != nil {
			return err
		}
		if cb := c.replies.takeRpc(m.RequestID); cb != nil {
			cb.OnFailure(&RemoteFailure{Remote: c.remote, Text: m.Error})
		}
		return nil
	case wire.TypeChunkFetchSuccess:
		return c.takeChunk(payload)
	case wire.TypeChunkFetchFailure:
		m, err := wire.ParseChunkFetchFailure(payload)
		if err != nil {
			return err
		}
		if cb := c.replies.takeChunk(chunkID{m.StreamID, m.ChunkIndex}); cb != nil {
			cb.OnFailure(m.ChunkIndex, &RemoteFailure{Remote: c.remote, Text: m.Error})
		}
		return nil
	case wire.TypeStreamResponse:
		return c.takeStream(payload)
	case wire.TypeStreamFailure:
		m, err := wire.ParseStreamFailure(payload)
		if err != nil {
			return err
		}
		if cb := c.replies.takeStream(false); cb != nil {
			cb.OnFailure(&RemoteFailure{Remote: c.remote, Text: m.Error})
		}
		return nil
	}
	_, err := wire.ParseMessage(payload) // unknown types end here, and merged-block meta, which nothing asks for
	return err
}

// takeChunk gives the chunk memory of its own: the decoder's, when the chunk fills it, else a copy.
func (c *Client) takeChunk(payload []byte) error {
	m, err := wire.ParseChunkFetchSuccess(payload)
	if err != nil {
		return err
	}
	cb := c.replies.takeChunk(chunkID{m.StreamID, m.ChunkIndex})
	if cb == nil {
		return nil
	}
	body := m.Body
	if len(payload) > wire.BufferSize {
		c.decoder.Detach()
	} else {
		body = append([]byte(nil), body...)
	}
	cb.OnSuccess(m.ChunkIndex, api.NewBytesBuffer(body))
	return nil
}

func (c *Client) takeStream(payload []byte) error {
	m, err := wire.ParseStreamResponse(payload)
	if err != nil {
		return err
	}
	cb := c.replies.takeStream(true)
	switch {
	case cb == nil && m.ByteCount == 0:
		return nil
	case cb == nil: // its bytes would be taken for frames
		return IllegalState("stream %q was not asked for", m.StreamID)
	}
	err = c.raw(m.ByteCount, cb.OnData)
	c.replies.streamEnded()
	if err != nil {
		cb.OnFailure(&ConnectionError{Op: "connection", Remote: c.remote, Cause: err})
		return err
	}
	cb.OnComplete()
	return nil
}
