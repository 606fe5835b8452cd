// SPDX-License-Identifier: Apache-2.0

package transport

import (
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
	case wire.TypeMergedBlockMetaSuccess:
		return c.takeMergedBlockMeta(payload)
	}
	_, err := wire.ParseMessage(payload) // unknown types end here
	return err
}
