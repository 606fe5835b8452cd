// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// serveRequest handles one request, as Spark's TransportRequestHandler. It is called by the reading task, which waits
// here while the peer does not take what was answered so far.
func (c *Client) serveRequest(payload []byte) error {
	if err := c.out.room(nil); err != nil { //nolint:staticcheck // a nil context: until there is room or the connection ends
		return err
	}
	switch wire.PeekType(payload) {
	case wire.TypeRpcRequest:
		id, body, err := wire.ParseRpcRequest(payload)
		if err != nil {
			return err
		}
		c.handler.Receive(c, body, RpcReply{c: c, id: id})
		return nil
	case wire.TypeOneWayMessage:
		body, err := wire.ParseOneWayMessage(payload)
		if err != nil {
			return err
		}
		c.handler.ReceiveOneWay(c, body)
		return nil
	case wire.TypeChunkFetchRequest:
		m, err := wire.ParseChunkFetchRequest(payload)
		if err != nil {
			return err
		}
		c.serveChunk(m)
		return nil
	case wire.TypeStreamRequest:
		m, err := wire.ParseStreamRequest(payload)
		if err != nil {
			return err
		}
		c.serveStream(m)
		return nil
	case wire.TypeUploadStream:
		m, err := wire.ParseUploadStream(payload)
		if err != nil {
			return err
		}
		return c.serveUpload(m)
	}
	m, err := wire.ParseMergedBlockMetaRequest(payload)
	if err != nil {
		return err
	}
	c.sendRpcFailure(m.RequestID, &JavaError{Class: "java.lang.UnsupportedOperationException", Message: "no merged blocks here"}, true)
	return nil
}

func (c *Client) serveChunk(m wire.ChunkFetchRequest) {
	data, err := c.handler.Streams().GetChunk(m.StreamID, m.ChunkIndex)
	if err == nil && data == nil {
		err = IllegalState("Chunk was not found")
	}
	if err == nil {
		err = frameFits(data)
	}
	if err != nil {
		c.sendMessage(wire.ChunkFetchFailure{StreamID: m.StreamID, ChunkIndex: m.ChunkIndex, Error: FailureText(err)}, nil, true)
		return
	}
	reply := wire.ChunkFetchSuccess{StreamID: m.StreamID, ChunkIndex: m.ChunkIndex}
	size := data.Size()
	c.append(nil, data, true, func(dst []byte) []byte { return wire.AppendFrameHeader(dst, reply, size) })
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

func (c *Client) serveStream(m wire.StreamRequest) {
	data, err := c.handler.Streams().OpenStream(m.StreamID)
	switch {
	case err != nil:
		c.sendMessage(wire.StreamFailure{StreamID: m.StreamID, Error: FailureText(err)}, nil, true)
	case data == nil:
		c.sendMessage(wire.StreamFailure{StreamID: m.StreamID, Error: fmt.Sprintf("Stream '%s' was not found.", m.StreamID)}, nil, true)
	default:
		c.sendMessage(wire.StreamResponse{StreamID: m.StreamID, ByteCount: data.Size()}, data, true)
	}
}

// serveUpload takes in an uploaded stream. An error closes the connection, after the refusal has left.
func (c *Client) serveUpload(m wire.UploadStream) error {
	consumer, err := c.handler.ReceiveStream(c, m.Meta)
	if err != nil {
		c.refuse(m.RequestID, err)
		return err
	}
	if err := c.raw(m.BodyByteCount, consumer.OnData); err != nil {
		consumer.OnFailure(err)
		c.refuse(m.RequestID, &JavaError{Class: "java.io.IOException", Message: "Destination failed while reading stream", Cause: err})
		return err
	}
	reply, err := consumer.OnComplete()
	if err != nil {
		consumer.OnFailure(err)
		c.sendRpcFailure(m.RequestID, &JavaError{
			Class: "java.io.IOException", Message: "Failure post-processing complete stream; failing this rpc and leaving channel active", Cause: err,
		}, true)
		return nil
	}
	c.sendRpcResponse(m.RequestID, reply, true)
	return nil
}

// refuse fails a request on a connection that is about to be closed: the text is written before it returns, as far as
// the peer takes it.
func (c *Client) refuse(id int64, err error) { c.sendRpcFailure(id, err, false) }
