// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// writeGathered has the reading task write the chunks and streams that it has been asked for, before it reads on: this
// saves waking another. It reports whether another reads on instead, because that takes time.
func (c *Client) writeGathered() (relieved bool) {
	if c.gathered == 0 {
		return false
	}
	c.gathered = 0
	return c.out.begin() && c.Work(func(Turn) { c.out.flushOn() })
}

// serveChunks serves the request for a chunk, and those behind it that have come, as long as no chunk that is there has to
// wait for another.
func (c *Client) serveChunks(m wire.ChunkFetchRequest) error {
	run := c.shared.transferRun()
	defer c.shared.runs.Put(run)
	stream := m.StreamID
	ready, ok := c.handler.Streams().(ReadyStreams)
	together := ok && ready.Ready(stream)
	for more := true; more; {
		if err := c.serveChunk(m, run); err != nil {
			c.sendRun(run)
			return err
		}
		if more = together && !run.full(); more {
			m, more = c.nextChunk(stream)
		}
	}
	c.sendRun(run)
	if c.Congested() && c.writeGathered() { // the next request would wait until somebody does
		return relieved{}
	}
	return nil
}

// nextChunk takes the next request for a chunk of a stream, if it has come and nothing else comes first.
func (c *Client) nextChunk(stream int64) (m wire.ChunkFetchRequest, ok bool) {
	payload := c.in.decoder.PeekNext()
	if len(payload) == 0 || wire.PeekType(payload) != wire.TypeChunkFetchRequest || c.Congested() || c.parting.Load() {
		return m, false
	}
	m, err := wire.ParseChunkFetchRequest(payload)
	if err != nil || m.StreamID != stream {
		return m, false
	}
	c.in.decoder.Taken(payload)
	return m, true
}

func (c *Client) serveChunk(m wire.ChunkFetchRequest, run *transferRun) error {
	if err := run.may(&c.shared.transfers, &c.shared.cfg); err != nil {
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
		if isShort(err) {
			return &shortage{err}
		}
		c.sendRun(run)
		c.refused(err)
		c.sendMessage(wire.ChunkFetchFailure{StreamID: m.StreamID, ChunkIndex: m.ChunkIndex, Error: c.failureText(err)})
		return nil
	}
	run.add(data, func(dst []byte) []byte {
		return wire.AppendChunkFetchSuccessHeader(dst, m.StreamID, m.ChunkIndex, data.Size())
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
	run := c.shared.transferRun()
	defer c.shared.runs.Put(run)
	if err := run.may(&c.shared.transfers, &c.shared.cfg); err != nil {
		return err
	}
	data, err := c.openStream(m.StreamID)
	switch {
	case err != nil && isShort(err):
		return &shortage{err}
	case err != nil:
		c.refused(err)
		c.sendMessage(wire.StreamFailure{StreamID: m.StreamID, Error: c.failureText(err)})
	case data == nil:
		err = fmt.Errorf("Stream '%s' was not found.", m.StreamID) //nolint:revive,staticcheck // Spark's text
		c.refused(err)
		c.sendMessage(wire.StreamFailure{StreamID: m.StreamID, Error: err.Error()})
	default:
		reply := wire.StreamResponse{StreamID: m.StreamID, ByteCount: data.Size()}
		run.add(data, func(dst []byte) []byte { return wire.AppendFrame(dst, reply) })
		c.sendRun(run)
	}
	return nil
}

// refused tells the application of what its peer is told.
func (c *Client) refused(cause error) {
	if o, ok := c.handler.(RefusalObserver); ok {
		o.Refused(c, cause)
	}
}

func (c *Client) openStream(id string) (data api.ManagedBuffer, err error) {
	defer recovered(&err)
	return c.handler.Streams().OpenStream(id)
}
