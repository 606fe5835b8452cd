// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"context"
	"errors"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

var _ api.RefSender = (*Env)(nil)

// SendTo implements api.RefSender.
func (e *Env) SendTo(to api.RpcEndpointRef, msg any) error { return e.sendVia(nil, to, msg) }

// AskTo implements api.RefSender.
func (e *Env) AskTo(ctx context.Context, to api.RpcEndpointRef, msg, reply any) error {
	return e.askVia(ctx, nil, to, msg, reply, &e.asks)
}

// attachedSender sends to an endpoint of a client-mode env, over the connection its reference came on.
type attachedSender struct {
	env    *Env
	client *transport.Client
}

var _ api.AttachedSender = attachedSender{}

// Remote implements api.AttachedSender.
func (s attachedSender) Remote() string { return s.client.Remote() }

func (s attachedSender) SendTo(to api.RpcEndpointRef, msg any) error {
	return s.env.sendVia(s.client, to, msg)
}

func (s attachedSender) AskTo(ctx context.Context, to api.RpcEndpointRef, msg, reply any) error {
	return s.env.askVia(ctx, s.client, to, msg, reply, &s.env.asks)
}

// binder binds references that came over c: those without an address are reachable over c only.
func (e *Env) binder(c *transport.Client) func(api.RpcEndpointAddress) api.RpcEndpointRef {
	return func(a api.RpcEndpointAddress) api.RpcEndpointRef {
		if a.Address.IsZero() && c != nil {
			return api.NewRpcEndpointRef(a, attachedSender{env: e, client: c})
		}
		return api.NewRpcEndpointRef(a, e)
	}
}

func (e *Env) sendVia(c *transport.Client, to api.RpcEndpointRef, msg any) error {
	if e.isStopping() {
		return fmt.Errorf("send %s: %w", to, api.ErrEnvStopped)
	}
	e.stats.sends.Add(1)
	if c == nil && e.isLocal(to.Address()) {
		in := e.dispatcher.find(to.Name())
		if in == nil || !e.dispatcher.post(in, message{kind: oneWay, value: msg, call: &callContext{in: in, sender: e.address}}) {
			return fmt.Errorf("send %s: %w", to, api.ErrEndpointNotFound)
		}
		return nil
	}
	err := e.transmit(e.ctx, c, to, msg, nil)
	if err != nil {
		return fmt.Errorf("send %s: %w", to, err)
	}
	return nil
}

// transmit encodes a message, of an ask or one-way, and hands it to the connection c or to the outbox of its address. An
// error means that it was not sent.
func (e *Env) transmit(ctx context.Context, c *transport.Client, to api.RpcEndpointRef, msg any, a *pendingAsk) error {
	buf := e.bodies.Get().(*[]byte)
	body, err := e.encode((*buf)[:0], to, msg)
	m := outMessage{body: body, ask: a}
	if a != nil {
		m.generation = a.generation
	}
	copied := false
	switch {
	case err != nil:
	case c == nil:
		copied, err = e.outboxSend(ctx, to, m)
	default:
		copied, err = true, m.transmit(ctx, c)
	}
	if copied && len(body) <= transport.CopyLimit {
		*buf = body
		e.bodies.Put(buf)
	}
	return err
}

func (e *Env) askVia(ctx context.Context, c *transport.Client, to api.RpcEndpointRef, msg, reply any, l *askList) error {
	a, ok := e.register(to, l)
	if !ok {
		return fmt.Errorf("ask %s: %w", to, api.ErrEnvStopped)
	}
	e.stats.asks.Add(1)
	err := e.start(ctx, a, c, msg)
	reuse := false
	if err == nil {
		err = e.await(ctx, a, reply)
		reuse = a.answered
	}
	if err != nil {
		e.askFailed(a, err)
	}
	e.unregister(a, reuse)
	if err != nil {
		return err
	}
	e.stats.replies.Add(1)
	return nil
}

// await waits for an ask's outcome. A handler that waits lends its message loop meanwhile.
func (e *Env) await(ctx context.Context, a *pendingAsk, reply any) error {
	if in := handlerInbox(ctx); in != nil && in.env == e && in.loops.lend(in) {
		defer in.loops.takeBack(in)
	}
	return a.await(ctx, reply)
}

// start hands an ask's message to who carries it. An error means that it was not sent.
func (e *Env) start(ctx context.Context, a *pendingAsk, c *transport.Client, msg any) error {
	to := a.to
	if c == nil && e.isLocal(to.Address()) {
		return e.startLocal(ctx, a, msg)
	}
	err := e.transmit(ctx, c, to, msg, a)
	if err == nil {
		return nil
	}
	if ctx != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) { // it ended while the connection was congested
		return a.waitError(ctx, ctx.Err())
	}
	return fmt.Errorf("ask %s: %w", to, err)
}

func (e *Env) startLocal(ctx context.Context, a *pendingAsk, msg any) error {
	in := e.dispatcher.find(a.to.Name())
	if in == nil {
		return fmt.Errorf("ask %s: %w", a.to, api.ErrEndpointNotFound)
	}
	if handlerInbox(ctx) == in && !in.concurrent {
		return fmt.Errorf("ask %s: %w", a.to, api.ErrSelfAsk)
	}
	call := &callContext{in: in, sender: e.address, local: a, asked: true}
	if !e.dispatcher.post(in, message{kind: ask, value: msg, call: call}) {
		return fmt.Errorf("ask %s: %w", a.to, api.ErrEndpointNotFound)
	}
	return nil
}

// encode appends the body of a message to dst: envelope and content.
func (e *Env) encode(dst []byte, to api.RpcEndpointRef, msg any) ([]byte, error) {
	a := to.Address()
	body, err := wire.AppendEnvelopeHeader(dst, wireAddress(e.address), wireAddress(a.Address), a.Name)
	if err != nil {
		return nil, err
	}
	header := len(body)
	if body, err = e.codec.AppendValue(body, msg); err != nil {
		return nil, err
	}
	return body, e.checkSize("message", msg, len(body)-header)
}

// usualBody is what most bodies fit into, in bytes.
const usualBody = 512

// checkSize refuses what exceeds the limit.
func (e *Env) checkSize(what string, msg any, size int) error {
	if size <= e.cfg.MaxMessageSize {
		return nil
	}
	return &api.MessageTooLargeError{What: fmt.Sprintf("%s %T", what, msg), Size: int64(size), Limit: int64(e.cfg.MaxMessageSize), Setting: "RpcEnv.MaxMessageSize"}
}

func wireAddress(a api.RpcAddress) wire.Address {
	if a.IsZero() {
		return wire.Address{}
	}
	return wire.Address{Present: true, Host: a.Host, Port: int32(a.Port)}
}
