// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// takeChunk gives a chunk that came whole a buffer of its own.
func (c *Client) takeChunk(payload []byte) error {
	m, err := wire.ParseChunkFetchSuccess(payload)
	if err != nil {
		return err
	}
	cb := c.replies.takeChunk(chunkID{m.StreamID, m.ChunkIndex})
	if cb == nil {
		return nil
	}
	data := c.shared.bodies.Get(len(m.Body))
	defer data.Release()
	copy(data.Memory(), m.Body)
	c.chunkCame(cb, m.ChunkIndex, data)
	return nil
}

// takeLargeChunk receives the chunk at the front, once its header is there, straight into a buffer of its own,
// without passing the decoder's buffer. It reports false when what is at the front is no chunk or a small one.
func (c *Client) takeLargeChunk() (bool, error) {
	if _, ok := c.in.largeChunk(); !ok {
		return false, nil
	}
	start, rest, _, err := c.in.decoder.TakeFrameStart(wire.ChunkFetchSuccessStart)
	if err != nil {
		return false, err
	}
	m, err := wire.ParseChunkFetchSuccess(start)
	if err != nil {
		return false, err
	}
	id := chunkID{m.StreamID, m.ChunkIndex}
	waited := c.replies.waited(id)
	if waited == 0 {
		return true, c.in.skip(rest)
	}
	body, err := c.in.body(rest, waited)
	if err != nil {
		return true, err
	}
	defer body.Release()
	c.in.lean = true
	if cb := c.replies.takeChunk(id); cb != nil {
		c.chunkCame(cb, id.index, body)
	}
	return true, nil
}

func (c *Client) chunkCame(cb ChunkCallback, index int32, data api.ManagedBuffer) {
	c.replies.size.Store(data.Size())
	c.calling.Store(true)
	cb.OnSuccess(index, data)
	c.calling.Store(false)
}

// takeStream hands the raw bytes of a stream to who asked for it. When the taker refuses them the connection ends, for
// the rest of the stream is in the way.
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
	files, _ := cb.(FileTaker)
	err = c.in.rawOrFile(m.ByteCount, cb.OnData, files)
	c.replies.streamEnded()
	switch broken := err.(type) { //nolint:errorlint // made by raw, never wrapped
	case nil:
		cb.OnComplete()
	case *consumerError:
		cb.OnFailure(broken.cause)
		return broken.cause
	default:
		cb.OnFailure(&ConnectionError{Op: "connection", Remote: c.remote, Cause: err})
	}
	return err
}
