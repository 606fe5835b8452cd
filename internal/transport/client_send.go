// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// send hands what encode appends to the writer, with its mu held, and writes if nobody does.
func (c *Client) send(encode func(dst []byte) []byte) bool {
	flush, ok := c.out.add(encode, nil, nil)
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
	c.out.mu.Lock()
	c.flushLocked()
}

// flushLocked is Flush, called with the writer's mu held; it returns without it.
func (c *Client) flushLocked() {
	if !c.out.flushBrieflyLocked() {
		c.writeOn()
	}
}

// writeOn has another task write what the caller may not.
func (c *Client) writeOn() { c.shared.rt.Go("writer", c.out.flushOn) }

// writeWithOthers writes a frame together with what others have to write.
func (c *Client) writeWithOthers(frame []byte) {
	w := &c.out
	if !w.enter(len(frame)) {
		return
	}
	w.tail = append(w.tail, frame...)
	if w.waitsLocked(int64(len(frame))) {
		c.flushLocked()
		return
	}
	w.mu.Unlock()
}

// apart has a large body written by itself instead of being copied.
func apart(body []byte) ([]byte, api.ManagedBuffer) {
	if len(body) > CopyLimit {
		return nil, api.NewBytesBuffer(body)
	}
	return body, nil
}

func (c *Client) admit() {
	if !c.out.admit() {
		c.abort(&backlogError{patience})
	}
}

// answer is send for what the other side asked for, with data behind it. It waits a little while too much is to be written,
// and then gives the connection up. later says that the caller must not be held up by a write, as the reading task:
// another task then writes, and what is appended until it runs joins it.
func (c *Client) answer(data api.ManagedBuffer, count *transfers, later bool, encode func(dst []byte) []byte) {
	c.admit()
	flush, _ := c.out.add(encode, data, count)
	c.writeAnswer(flush, later)
}

func (c *Client) writeAnswer(flush, later bool) {
	switch {
	case flush && later:
		c.shared.rt.Go("writer", c.flush)
	case flush:
		c.write()
	}
}

// gatherRpcResponse is sendRpcResponse for a caller who calls Flush soon, if it returns true.
func (c *Client) gatherRpcResponse(id int64, body []byte) (flush bool) {
	if flush = c.addRpcResponse(id, body); flush {
		c.watch()
	}
	return flush
}

func (c *Client) sendRpcResponse(id int64, body []byte, later bool) {
	c.writeAnswer(c.addRpcResponse(id, body), later)
}

func (c *Client) addRpcResponse(id int64, body []byte) (flush bool) {
	c.admit()
	return c.out.addAnswer(id, body)
}

func (c *Client) sendRpcFailure(id int64, err error, later bool) {
	m := wire.RpcFailure{RequestID: id, Error: c.failureText(err)}
	c.answer(nil, nil, later, func(dst []byte) []byte { return wire.AppendFrame(dst, m) })
}

// sendMessage answers from the reading task.
func (c *Client) sendMessage(m wire.Message) {
	c.answer(nil, nil, true, func(dst []byte) []byte { return wire.AppendFrame(dst, m) })
}

func (c *Client) closedError() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return &ConnectionError{Op: "connection", Remote: c.remote, Cause: c.cause}
}
