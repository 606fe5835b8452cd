// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/codec"
	"github.com/twinwire/twinwire/internal/transport"
)

// pendingAsk is an ask without its outcome. The first outcome counts, later ones are ignored.
type pendingAsk struct {
	env   *Env
	to    api.RpcEndpointRef
	reply any // where the reply goes
	w     api.Waiter

	mu     api.Mutex
	done   bool
	value  any // the reply of a local endpoint
	err    error
	client *transport.Client // where the request is registered
	id     int64
}

var _ transport.RpcCallback = (*pendingAsk)(nil)

func (a *pendingAsk) finish(value any, err error) {
	a.mu.Lock()
	if a.done {
		a.mu.Unlock()
		return
	}
	a.done, a.value, a.err = true, value, err
	a.mu.Unlock()
	a.w.Wake()
}

func (a *pendingAsk) answer(v any)   { a.finish(v, nil) }
func (a *pendingAsk) fail(err error) { a.finish(nil, err) }

func (a *pendingAsk) isDone() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.done
}

// send sends the request over c, where it then waits for its answer. An error says that nothing was sent.
func (a *pendingAsk) send(ctx context.Context, c *transport.Client, body []byte) error {
	a.mu.Lock()
	a.client = c
	a.mu.Unlock()
	id, err := c.SendRpc(ctx, body, a)
	if err != nil {
		return err
	}
	a.mu.Lock()
	a.id = id
	done := a.done
	a.mu.Unlock()
	if done {
		c.RemoveRpc(id)
	}
	return nil
}

// OnSuccess decodes the reply on the reading task, where its bytes are valid.
func (a *pendingAsk) OnSuccess(body []byte) {
	if a.isDone() {
		return
	}
	a.mu.Lock()
	c := a.client
	a.mu.Unlock()
	v, err := codec.ParseContent(body)
	switch {
	case err != nil:
		a.fail(fmt.Errorf("reply: %w", err))
	case v.Failure != nil:
		a.fail(a.env.codec.RemoteError(a.to.Address().Address, v.Failure))
	default:
		// The reply is stored into memory of its own first: the asker may have given up and left.
		into := codec.NewLike(a.reply)
		if err := a.env.codec.DecodeReply(v, into, a.env.binder(c)); err != nil {
			a.fail(err)
			return
		}
		a.answer(codec.Deref(into))
	}
}

// OnFailure ends the ask with a failure of transport or dispatch.
func (a *pendingAsk) OnFailure(cause error) {
	if errors.Is(cause, api.ErrConnectionClosed) && a.env.isStopping() {
		cause = api.ErrEnvStopped
	}
	a.fail(cause)
}

// await waits for the outcome, at most for timeout.
func (a *pendingAsk) await(ctx context.Context, timeout time.Duration, setting string) error {
	if ctx == nil {
		ctx = context.Background()
	}
	inner, cancel := api.WithTimeout(ctx, a.env.rt, timeout)
	defer cancel()
	for !a.isDone() {
		if err := a.w.Wait(inner); err != nil {
			a.fail(a.waitError(ctx, err, timeout, setting))
		}
	}
	a.mu.Lock()
	value, err, c, id := a.value, a.err, a.client, a.id
	a.mu.Unlock()
	if err != nil {
		if c != nil {
			c.RemoveRpc(id)
		}
		return err
	}
	return codec.Assign(a.reply, value)
}

// waitError tells the caller's end of the wait from the setting's.
func (a *pendingAsk) waitError(ctx context.Context, err error, timeout time.Duration, setting string) error {
	op := "ask " + a.to.Name() + " at " + a.to.String()
	switch {
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &api.TimeoutError{Op: op, After: timeout, Setting: api.SettingContext}
	case ctx.Err() != nil:
		return fmt.Errorf("%s: %w", op, ctx.Err())
	case errors.Is(err, context.DeadlineExceeded):
		return &api.TimeoutError{Op: op, After: timeout, Setting: setting}
	}
	return fmt.Errorf("%s: %w", op, err)
}
