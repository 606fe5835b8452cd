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

// pendingAsk is an ask without its outcome. The first outcome counts, later ones are ignored. It is used again for
// another ask when its outcome came from whoever was to answer, for then nobody else knows it any more; who might still
// hold it from an earlier use names that use by its generation.
type pendingAsk struct {
	env *Env
	w   api.Waiter

	// Of the env's lists, guarded by the env's mu.
	list       *askList
	prev, next *pendingAsk
	deadline   int64 // ns since the epoch

	mu         api.Mutex
	generation uint64
	to         api.RpcEndpointRef
	done       bool
	answered   bool // by the one who was to answer
	value      any  // the reply of a local endpoint
	body       []byte
	err        error
	client     *transport.Client // where the request is registered
	id         int64
}

var _ transport.RpcCallback = (*pendingAsk)(nil)

// answer ends the ask with the reply of a local endpoint.
func (a *pendingAsk) answer(v any) {
	a.mu.Lock()
	a.value = v
	a.finishLocked(nil, true)
}

// refuse ends the ask with a failure told by the one who was to answer.
func (a *pendingAsk) refuse(err error) {
	a.mu.Lock()
	a.finishLocked(err, true)
}

// fail ends the ask with a failure of somebody else: a timeout, the env's end.
func (a *pendingAsk) fail(generation uint64, err error) {
	a.mu.Lock()
	if a.generation != generation {
		a.mu.Unlock()
		return
	}
	a.finishLocked(err, false)
}

// timeOut ends the ask because l's time is over.
func (a *pendingAsk) timeOut(generation uint64, l *askList) {
	a.mu.Lock()
	if a.generation != generation {
		a.mu.Unlock()
		return
	}
	a.finishLocked(&api.TimeoutError{Op: a.op(), After: l.timeout, Setting: l.setting}, false)
}

// finishLocked is called with mu held and returns without it.
func (a *pendingAsk) finishLocked(err error, answered bool) {
	if a.done {
		a.mu.Unlock()
		return
	}
	a.done, a.answered, a.err = true, answered, err
	a.mu.Unlock()
	a.w.Wake()
}

// isDone reports whether the ask of that generation needs no outcome any more.
func (a *pendingAsk) isDone(generation uint64) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.done || a.generation != generation
}

// send sends the request over c, where it then waits for its answer. An error says that nothing was sent.
func (a *pendingAsk) send(ctx context.Context, generation uint64, c *transport.Client, body []byte) error {
	a.mu.Lock()
	if a.generation != generation {
		a.mu.Unlock()
		return nil
	}
	a.client = c
	a.mu.Unlock()
	id, err := a.sendInTime(ctx, c, body)
	if err != nil || id == 0 {
		return err
	}
	a.mu.Lock()
	current := a.generation == generation
	done := a.done
	if current {
		a.id = id
	}
	a.mu.Unlock()
	if !current || done {
		c.RemoveRpc(id)
	}
	return nil
}

// sendInTime sends the request, and waits for room on a congested connection no longer than the ask may take: then it
// returns neither id nor error, for the timeout is told anyway.
func (a *pendingAsk) sendInTime(ctx context.Context, c *transport.Client, body []byte) (id int64, err error) {
	if !c.Congested() {
		return c.SendRpc(ctx, body, a)
	}
	a.env.mu.Lock()
	deadline := time.Unix(0, a.deadline)
	a.env.mu.Unlock()
	inTime, cancel := api.WithTimeout(ctx, a.env.rt, deadline.Sub(a.env.rt.Now()))
	defer cancel()
	id, err = c.SendRpc(inTime, body, a)
	if err != nil && ctx.Err() == nil && inTime.Err() != nil {
		return 0, nil
	}
	return id, err
}

// OnSuccess keeps the reply's bytes, which are valid for the call; the asker decodes them.
func (a *pendingAsk) OnSuccess(body []byte) {
	a.mu.Lock()
	if !a.done {
		a.body = append(a.body[:0], body...)
	}
	a.finishLocked(nil, true)
}

// OnFailure ends the ask with a failure of transport or dispatch.
func (a *pendingAsk) OnFailure(cause error) {
	if errors.Is(cause, api.ErrConnectionClosed) && a.env.isStopping() {
		cause = api.ErrEnvStopped
	}
	a.refuse(cause)
}

// await waits for the outcome and stores the reply.
func (a *pendingAsk) await(ctx context.Context, reply any) error {
	generation := a.generation
	for !a.isDone(generation) {
		if err := a.w.Wait(ctx); err != nil {
			a.fail(generation, a.waitError(ctx, err))
		}
	}
	a.mu.Lock()
	value, body, err, c, id, answered := a.value, a.body, a.err, a.client, a.id, a.answered
	a.mu.Unlock()
	switch {
	case err != nil:
		if c != nil && !answered {
			c.RemoveRpc(id)
		}
		return err
	case c == nil:
		return codec.Assign(reply, value)
	}
	v, err := codec.ParseContent(body)
	if err != nil {
		return fmt.Errorf("reply: %w", err)
	}
	if v.Failure != nil {
		return a.env.codec.RemoteError(a.to.Address().Address, v.Failure)
	}
	return a.env.codec.DecodeReply(v, reply, a.env.binder(c))
}

// waitError is the outcome of an ask whose asker stopped waiting.
func (a *pendingAsk) waitError(ctx context.Context, err error) error {
	a.mu.Lock()
	op := a.op()
	a.mu.Unlock()
	if errors.Is(err, context.DeadlineExceeded) {
		err = &api.TimeoutError{Op: op, After: a.env.rt.Now().Sub(a.started()), Setting: api.SettingContext}
	} else {
		err = fmt.Errorf("%s: %w", op, err)
	}
	if cause := context.Cause(ctx); cause != nil && !errors.Is(err, cause) {
		return fmt.Errorf("%w: %w", err, cause)
	}
	return err
}

// op is called with mu held. A reference without an address is told by the connection it came on.
func (a *pendingAsk) op() string {
	op := "ask " + a.to.Name() + " at " + a.to.String()
	if a.to.Address().Address.IsZero() && a.client != nil {
		op += " over the connection to " + a.client.Remote()
	}
	return op
}
