// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"context"
	"errors"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// callContext is one message's way back: to a connection, to a local ask, or nowhere for a one-way message.
type callContext struct {
	in     *inbox
	sender api.RpcAddress
	remote transport.RpcReply
	local  *pendingAsk
	loop   *messageLoop // that runs its handler; the loop's
	asked  bool

	replied atomic.Bool
}

var _ api.RpcCallContext = (*callContext)(nil)

func (c *callContext) Context() context.Context      { return c.in.ctx }
func (c *callContext) Self() api.RpcEndpointRef      { return c.in.ref }
func (c *callContext) SenderAddress() api.RpcAddress { return c.sender }

// claim makes the caller the one who answers.
func (c *callContext) claim() error {
	if !c.asked {
		return api.ErrNotAsked
	}
	if !c.replied.CompareAndSwap(false, true) {
		return api.ErrAlreadyReplied
	}
	return nil
}

// ReplyInTurn is Reply for the task that runs the handler, when that has returned.
func (c *callContext) ReplyInTurn(v any) error {
	loop := c.loop
	if loop == nil || c.local != nil {
		return c.Reply(v)
	}
	if err := c.claim(); err != nil {
		return err
	}
	if c.remote.Gone() {
		return nil
	}
	if cap(loop.frame) == 0 {
		loop.frame = make([]byte, transport.FrameRoom, usualBody)
	}
	frame, err := c.encode(loop.frame[:transport.FrameRoom], v)
	if err != nil {
		return err
	}
	if len(frame) > transport.CopyLimit {
		loop.frame = nil
	} else if loop.frame = frame; loop.hold(c.remote) {
		return nil
	}
	loop.flushLater(c.remote.Gather(frame[transport.FrameRoom:]))
	return nil
}

// ReplyBox is where a pointer may stand that replies in turn are put behind, if those are encoded before ReplyInTurn
// returns; else nil.
func (c *callContext) ReplyBox() *any {
	if c.loop == nil || c.local != nil {
		return nil
	}
	return &c.loop.box
}

// Reply implements api.RpcCallContext.
func (c *callContext) Reply(v any) error {
	if err := c.claim(); err != nil {
		return err
	}
	if c.local != nil {
		c.local.answer(v)
		return nil
	}
	if c.remote.Gone() {
		return nil
	}
	e := c.in.env
	box := e.takeBox()
	b, err := c.encode(box.Body[:0], v)
	if err == nil {
		keepCopied(box, b)
		c.remote.Inline().Success(b)
	}
	e.boxes.Put(box)
	return err
}

// encode appends a reply to dst. The asker is told when it cannot be encoded.
func (c *callContext) encode(dst []byte, v any) ([]byte, error) {
	e := c.in.env
	b, err := e.codec.AppendValue(dst, v)
	if size := len(b) - len(dst); err == nil && size > e.most {
		err = e.tooLarge("reply", v, size)
	}
	if err != nil {
		c.sendFailure(err)
	}
	return b, err
}

// SendFailure implements api.RpcCallContext.
func (c *callContext) SendFailure(cause error) error {
	if cause == nil {
		cause = errNilFailure
	}
	if err := c.claim(); err != nil {
		return err
	}
	c.sendFailure(cause)
	return nil
}

var errNilFailure = errors.New("failed without saying why")

// fail answers with cause, unless there was an answer.
func (c *callContext) fail(cause error) {
	if c.claim() == nil {
		c.sendFailure(cause)
	}
}

// failureRoom is what a failure may have above MaxMessageSize, so that a small one leaves room for a chain. It is a part
// of frameOverhead.
const failureRoom = frameOverhead / 2

func (c *callContext) sendFailure(cause error) {
	if c.local != nil {
		c.local.refuse(cause)
		return
	}
	e := c.in.env
	c.remote.Inline().Success(e.codec.AppendFailure(nil, cause, e.cfg.MaxMessageSize+failureRoom))
}
