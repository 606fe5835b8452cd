// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// send hands a request to the writer, and writes if nobody does: what encode appends, then body, then data.
func (c *Client) send(body []byte, data api.ManagedBuffer, encode func(dst []byte) []byte) bool {
	body, data = apart(body, data)
	flush, ok := c.out.add(encode, body, data, nil)
	if flush {
		c.write()
	}
	return ok
}

// write writes what waits, once others have had their turn to add to it, without holding the caller up for long.
func (c *Client) write() {
	c.out.linger()
	c.Flush()
}

// Flush writes what waits and nobody has begun to write, without holding the caller up for long.
func (c *Client) Flush() {
	if !c.out.flushBriefly() {
		c.rt.Go("writer", c.out.flushOn)
	}
}

// apart has a large body written by itself instead of being copied.
func apart(body []byte, data api.ManagedBuffer) ([]byte, api.ManagedBuffer) {
	if len(body) > CopyLimit && data == nil {
		return nil, api.NewBytesBuffer(body)
	}
	return body, data
}

func (c *Client) admit() {
	if !c.out.admit() {
		c.abort(&backlogError{patience})
	}
}

// answer is send for what the other side asked for. It waits a little while too much is to be written, and then gives
// the connection up. later says that the caller must not be held up by a write, as the reading task: another task then
// writes, and what is appended until it runs joins it.
func (c *Client) answer(body []byte, data api.ManagedBuffer, count *transfers, later bool, encode func(dst []byte) []byte) {
	c.admit()
	body, data = apart(body, data)
	switch flush, _ := c.out.add(encode, body, data, count); {
	case flush && later:
		c.rt.Go("writer", c.flush)
	case flush:
		c.write()
	}
}

// gather is answer for a caller who writes soon, if it returns true.
func (c *Client) gather(body []byte, data api.ManagedBuffer, count *transfers, encode func(dst []byte) []byte) (flush bool) {
	c.admit()
	body, data = apart(body, data)
	if flush, _ = c.out.add(encode, body, data, count); flush {
		c.watch()
	}
	return flush
}

// gatherRpcResponse is sendRpcResponse for a caller who calls Flush soon, if it returns true.
func (c *Client) gatherRpcResponse(id int64, body []byte) (flush bool) {
	size := len(body)
	return c.gather(body, nil, nil, func(dst []byte) []byte { return wire.AppendRpcResponseHeader(dst, id, size) })
}

func (c *Client) sendRpcResponse(id int64, body []byte, later bool) {
	c.answer(body, nil, nil, later, func(dst []byte) []byte { return wire.AppendRpcResponseHeader(dst, id, len(body)) })
}

func (c *Client) sendRpcFailure(id int64, err error, later bool) {
	m := wire.RpcFailure{RequestID: id, Error: c.failureText(err)}
	c.answer(nil, nil, nil, later, func(dst []byte) []byte { return wire.AppendFrame(dst, m) })
}

// sendMessage answers from the reading task.
func (c *Client) sendMessage(m wire.Message) {
	c.answer(nil, nil, nil, true, func(dst []byte) []byte { return wire.AppendFrame(dst, m) })
}

func (c *Client) closedError() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return &ConnectionError{Op: "connection", Remote: c.remote, Cause: c.cause}
}
