// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"fmt"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// tooManyTransfers closes the connection of a request for a chunk or stream that exceeds Config.MaxTransfers.
type tooManyTransfers struct{ limit int }

func (e *tooManyTransfers) Error() string {
	return fmt.Sprintf("more than %d chunks and streams are being sent (MaxTransfers)", e.limit)
}

// mayTransfer refuses a chunk or stream beyond the limit. Unlike in Spark each one counts until its last byte was
// written, the last chunk of a stream too.
func (c *Client) mayTransfer() error {
	limit := c.cfg.MaxTransfers
	if limit > 0 && c.shared.transfers.Load() >= int64(limit) {
		return &tooManyTransfers{limit}
	}
	if memory := c.cfg.MaxTransferMemory; memory > 0 && c.shared.owed.Load() >= memory {
		return &tooMuchToTransfer{memory}
	}
	return nil
}

// tooMuchToTransfer closes the connection of a request for a chunk or stream while Config.MaxTransferMemory is exceeded.
type tooMuchToTransfer struct{ limit int64 }

func (e *tooMuchToTransfer) Error() string {
	return fmt.Sprintf("%d bytes of chunks and streams in memory are being sent (MaxTransferMemory)", e.limit)
}

// owedBuffer counts among the bytes in memory that are being sent until the writer releases it.
type owedBuffer struct {
	api.ManagedBuffer
	owed *atomic.Int64
}

// Release is called once, by the writer.
func (b owedBuffer) Release() {
	b.owed.Add(-b.Size())
	b.ManagedBuffer.Release()
}

// sendTransfer sends a chunk or stream, which counts until the writer releases it.
func (c *Client) sendTransfer(data api.ManagedBuffer, header func(dst []byte) []byte) {
	c.out.await()
	count := &c.shared.transfers
	count.Add(1)
	if _, file := data.(*api.FileSegment); !file && c.cfg.MaxTransferMemory > 0 {
		c.shared.owed.Add(data.Size())
		data = owedBuffer{data, &c.shared.owed}
	}
	c.answer(nil, data, count, true, header)
}

func (c *Client) serveChunk(m wire.ChunkFetchRequest) error {
	if err := c.mayTransfer(); err != nil {
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
	if err := c.mayTransfer(); err != nil {
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
