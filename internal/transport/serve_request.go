// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"fmt"
	"runtime/debug"

	"github.com/twinwire/twinwire/internal/wire"
)

// serveRequest handles one request, as Spark's TransportRequestHandler. It is called by the reading task, which waits
// here while the peer does not take what was answered so far. serving is the reply while the application has the request.
func (c *Client) serveRequest(payload []byte, serving *RpcReply) error {
	if len(c.answers) > 0 {
		c.handOut()
	}
	if c.Congested() {
		c.drained()
	}
	c.out.settle()
	switch wire.PeekType(payload) {
	case wire.TypeRpcRequest:
		id, body, err := wire.ParseRpcRequest(payload)
		if err != nil {
			return err
		}
		return c.take(body, RpcReply{c: c, id: id}, serving)
	case wire.TypeOneWayMessage:
		body, err := wire.ParseOneWayMessage(payload)
		if err != nil {
			return err
		}
		return c.take(body, RpcReply{}, serving)
	}
	c.drained()
	switch wire.PeekType(payload) {
	case wire.TypeChunkFetchRequest:
		m, err := wire.ParseChunkFetchRequest(payload)
		if err != nil {
			return err
		}
		return c.serveChunks(m)
	case wire.TypeStreamRequest:
		m, err := wire.ParseStreamRequest(payload)
		if err != nil {
			return err
		}
		return c.serveStream(m)
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
	c.serveMergedBlockMeta(m)
	return nil
}

// take hands a request to the application, and perhaps those behind it.
func (c *Client) take(body []byte, reply RpcReply, serving *RpcReply) error {
	c.took = true
	switch {
	case c.taker != nil && c.gathered == 0:
		if c.taker.Take(c, body, reply) {
			return relieved{}
		}
	case reply.Asked():
		*serving = reply
		c.handler.Receive(c, body, reply)
		serving.c = nil
	default:
		c.handler.ReceiveOneWay(c, body)
	}
	return nil
}

// NextRequest returns the next request for a [RequestTaker], if it has come and nothing else comes first.
func (c *Client) NextRequest() (body []byte, reply RpcReply, ok bool) {
	if c.in.decoder.Buffered() <= wire.FrameHeaderLen { // as most often
		return nil, RpcReply{}, false
	}
	payload := c.in.decoder.PeekNext()
	if len(payload) == 0 || c.Congested() || c.parting.Load() {
		return nil, RpcReply{}, false
	}
	var err error
	switch wire.PeekType(payload) {
	case wire.TypeOneWayMessage:
		body, err = wire.ParseOneWayMessage(payload)
	case wire.TypeRpcRequest:
		reply.c = c
		reply.id, body, err = wire.ParseRpcRequest(payload)
	default:
		return nil, RpcReply{}, false
	}
	if err != nil {
		return nil, RpcReply{}, false
	}
	c.in.decoder.Taken(payload)
	return body, reply, true
}

// NextOneWay returns what follows prefix in the next request, if NextRequest would return it and it is a one-way message
// that begins like that. It is valid as long as that.
func (c *Client) NextOneWay(prefix []byte) (rest []byte, ok bool) {
	payload := c.in.decoder.PeekNext()
	const head = wire.OneWayHeaderLen - wire.FrameHeaderLen
	n := head + len(prefix)
	if len(payload) < n || wire.PeekType(payload) != wire.TypeOneWayMessage || string(payload[head:n]) != string(prefix) || c.Congested() || c.parting.Load() {
		return nil, false
	}
	c.in.decoder.Taken(payload)
	return payload[n:], true
}

// recovered turns a panic into an error. Defer it.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = &PanicError{Value: p, Stack: debug.Stack()}
	}
}

// PanicError is a panic of the application while it served a request, which its peer is told of.
type PanicError struct {
	Value any
	Stack []byte
}

// Error returns "panic: value"; the stack is for who asks for it.
func (e *PanicError) Error() string { return fmt.Sprintf("panic: %v", e.Value) }

// Unwrap returns the value, if it is an error.
func (e *PanicError) Unwrap() error {
	err, _ := e.Value.(error)
	return err
}
