// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// sendTransfer sends a chunk or stream, which counts until the writer releases it.
func (c *Client) sendTransfer(data api.ManagedBuffer, header func(dst []byte) []byte) {
	c.out.await()
	c.shared.transfers.begin(data)
	switch {
	case c.gather(data, &c.shared.transfers, header):
		c.gathered = 1
	case c.gathered > 0:
		if c.gathered++; c.gathered == gatheredAlone {
			c.gathered = 0
			c.shared.rt.Go("writer", c.flush)
		}
	}
}

// writeGathered has the reading task write the chunks and streams that it has been asked for, before it reads on: this
// saves waking another. It reports whether another reads on instead, because that takes time.
func (c *Client) writeGathered() (relieved bool) {
	if c.gathered == 0 {
		return false
	}
	c.gathered = 0
	return c.out.begin() && c.Work(func(Turn) { c.out.flushOn() })
}

func (c *Client) serveChunk(m wire.ChunkFetchRequest) error {
	if err := c.shared.transfers.may(&c.shared.cfg); err != nil {
		return err
	}
	data, err := c.chunk(m)
	if err == nil && data == nil {
		err = IllegalState("Chunk was not found")
	}
	if err == nil {
		err = frameFits(data)
	}
	if err != nil {
		c.sendMessage(wire.ChunkFetchFailure{StreamID: m.StreamID, ChunkIndex: m.ChunkIndex, Error: c.failureText(err)})
		return nil
	}
	size := data.Size()
	c.sendTransfer(data, func(dst []byte) []byte {
		return wire.AppendChunkFetchSuccessHeader(dst, m.StreamID, m.ChunkIndex, size)
	})
	return nil
}

func (c *Client) chunk(m wire.ChunkFetchRequest) (data api.ManagedBuffer, err error) {
	defer recovered(&err)
	return c.handler.Streams().GetChunk(m.StreamID, m.ChunkIndex)
}

// frameFits refuses a body that no frame can hold.
func frameFits(data api.ManagedBuffer) error {
	const most = wire.MaxPayload - 64 // the header is smaller than that
	if data.Size() <= most {
		return nil
	}
	size := data.Size()
	data.Release()
	return &api.MessageTooLargeError{What: "chunk", Size: size, Limit: most, Setting: "the wire's frame size; fetch it as a stream"}
}

func (c *Client) serveStream(m wire.StreamRequest) error {
	if err := c.shared.transfers.may(&c.shared.cfg); err != nil {
		return err
	}
	data, err := c.openStream(m.StreamID)
	switch {
	case err != nil:
		c.sendMessage(wire.StreamFailure{StreamID: m.StreamID, Error: c.failureText(err)})
	case data == nil:
		c.sendMessage(wire.StreamFailure{StreamID: m.StreamID, Error: fmt.Sprintf("Stream '%s' was not found.", m.StreamID)})
	default:
		reply := wire.StreamResponse{StreamID: m.StreamID, ByteCount: data.Size()}
		c.sendTransfer(data, func(dst []byte) []byte { return wire.AppendFrame(dst, reply) })
	}
	return nil
}

func (c *Client) openStream(id string) (data api.ManagedBuffer, err error) {
	defer recovered(&err)
	return c.handler.Streams().OpenStream(id)
}
