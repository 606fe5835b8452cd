// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"context"
	"errors"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// callContext is one message's way back: to a connection, to a local ask, or nowhere for a one-way message.
type callContext struct {
	in     *inbox
	sender api.RpcAddress
	remote transport.RpcReply
	local  *pendingAsk
	asked  bool

	mu      api.Mutex
	replied bool
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
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.replied {
		return api.ErrAlreadyReplied
	}
	c.replied = true
	return nil
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
	e := c.in.env
	b, err := e.codec.AppendValue(make([]byte, 0, usualBody), v)
	if err == nil {
		err = e.checkSize("reply", v, len(b))
	}
	if err != nil {
		c.sendFailure(err)
		return err
	}
	c.remote.Success(b)
	return nil
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

func (c *callContext) sendFailure(cause error) {
	if c.local != nil {
		c.local.fail(cause)
		return
	}
	c.remote.Success(c.in.env.codec.AppendFailure(nil, cause))
}
