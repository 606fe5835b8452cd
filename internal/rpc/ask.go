// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/codec"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

var _ api.RefSender = (*Env)(nil)

// AskTo implements api.RefSender.
func (e *Env) AskTo(ctx context.Context, to api.RpcEndpointRef, msg, reply any) error {
	at := to.Address()
	return e.askVia(ctx, nil, &at, msg, reply, &e.usual)
}

// AskBox implements api.BoxSender. It is askVia, and waits itself: the processor expects none of the returns behind a wait,
// so each function between would cost more than what most of them do.
func (e *Env) AskBox(ctx context.Context, to api.RpcEndpointAddress, box *api.MessageBox) error {
	e.stats.asks.Add(1)
	a := e.newAsk(&e.usual)
	waits, err := e.beginAsk(ctx, a, nil, &to, box.Message, box.Reply)
	if waits {
		for !a.ended() {
			if err := a.w.Wait(ctx); err != nil {
				ctx = a.leave(ctx, &to, err)
				continue
			}
			a.woken = true
		}
		err = a.outcome(&to, box.Reply)
	}
	e.endAsk(a, &to, err)
	return err
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
	at := to.Address()
	return s.env.sendVia(s.client, &at, msg)
}

func (s attachedSender) AskTo(ctx context.Context, to api.RpcEndpointRef, msg, reply any) error {
	at := to.Address()
	return s.env.askVia(ctx, s.client, &at, msg, reply, &s.env.usual)
}

// askVia asks over c, or who has the address of to.
func (e *Env) askVia(ctx context.Context, c *transport.Client, to *api.RpcEndpointAddress, msg, reply any, kind *askKind) error {
	e.stats.asks.Add(1)
	a := e.newAsk(kind)
	err := e.askWith(ctx, a, c, to, msg, reply)
	e.endAsk(a, to, err)
	return err
}

// endAsk counts an ask that has its outcome.
func (e *Env) endAsk(a *pendingAsk, to *api.RpcEndpointAddress, err error) {
	if err == nil {
		e.stats.replies.Add(1)
	} else {
		e.askFailed(a, to, err)
	}
	e.done(a)
}

// askWith sends the message and waits for the outcome.
func (e *Env) askWith(ctx context.Context, a *pendingAsk, c *transport.Client, to *api.RpcEndpointAddress, msg, reply any) error {
	waits, err := e.beginAsk(ctx, a, c, to, msg, reply)
	if waits {
		err = a.await(ctx, to, reply)
	}
	return err
}

// beginAsk sends the message; waits says that the outcome is to be waited for, else there is one.
func (e *Env) beginAsk(ctx context.Context, a *pendingAsk, c *transport.Client, to *api.RpcEndpointAddress, msg, reply any) (waits bool, err error) {
	if e.stopping.Load() || ctx != nil && ctx.Err() != nil {
		return false, e.refuseAsk(ctx, a, to)
	}
	a.to = *to
	handler := handlerInbox(ctx)
	if handler != nil || c == nil && e.isLocal(to.Address) {
		return false, e.askNearby(ctx, handler, a, c, to, msg, reply)
	}
	err = e.request(ctx, a, c, to, msg)
	return err == nil, err
}

// askNearby is the whole ask for an endpoint of this env, or from a handler, which lends its message loop while it waits.
func (e *Env) askNearby(ctx context.Context, handler *inbox, a *pendingAsk, c *transport.Client, to *api.RpcEndpointAddress, msg, reply any) error {
	if c == nil && e.isLocal(to.Address) {
		defer e.forgetLocal(a)
		if err := e.startLocal(handler, a, to, msg); err != nil {
			return err
		}
	} else if err := e.request(ctx, a, c, to, msg); err != nil {
		return err
	}
	if handler != nil {
		handler.waits()
		if handler.env == e && handler.loops.lend(handler) {
			defer handler.loops.takeBack(handler)
		}
	}
	return a.await(ctx, to, reply)
}

// refuseAsk is the outcome of the ask of who does not wait, for whom nothing is sent, and of an env that stops.
func (e *Env) refuseAsk(ctx context.Context, a *pendingAsk, to *api.RpcEndpointAddress) error {
	if e.stopping.Load() {
		return fmt.Errorf("ask %s: %w", *to, api.ErrEnvStopped)
	}
	return a.waitError(ctx, to, ctx.Err())
}

// request sends an ask's message to another env.
func (e *Env) request(ctx context.Context, a *pendingAsk, c *transport.Client, to *api.RpcEndpointAddress, msg any) error {
	err := e.transmitAsk(ctx, a, c, to, msg)
	if err != nil {
		return a.notSent(ctx, to, err)
	}
	return nil
}

// notSent is the outcome of an ask whose message was not sent.
func (a *pendingAsk) notSent(ctx context.Context, to *api.RpcEndpointAddress, err error) error {
	if ctx != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()) { // it ended while the connection was congested
		return a.waitError(ctx, to, ctx.Err())
	}
	return fmt.Errorf("ask %s: %w", *to, err)
}

// transmitAsk is transmit for an ask's message.
func (e *Env) transmitAsk(ctx context.Context, a *pendingAsk, c *transport.Client, to *api.RpcEndpointAddress, msg any) error {
	var o *outbox
	var err error
	if c == nil {
		if o, err = e.outboxTo(&to.Address); err != nil {
			return err
		}
	}
	body, err := a.encode(o, to, msg)
	switch {
	case err != nil:
	case c != nil:
		err = a.send(ctx, c, body)
	default:
		err = o.sendAsk(ctx, a, body)
	}
	return err
}

// startLocal hands an ask's message to an endpoint of this env.
func (e *Env) startLocal(handler *inbox, a *pendingAsk, to *api.RpcEndpointAddress, msg any) error {
	e.keepLocal(a)
	in := e.dispatcher.find(to.Name)
	if in == nil {
		return fmt.Errorf("ask %s: %w", *to, e.whyNotFound())
	}
	if handler == in && !in.concurrent {
		return fmt.Errorf("ask %s: %w", *to, api.ErrSelfAsk)
	}
	call := &callContext{in: in, sender: e.address, local: a, asked: true}
	if !e.dispatcher.post(in, message{kind: ask, value: msg, call: call}) {
		return fmt.Errorf("ask %s: %w", *to, e.whyNotFound())
	}
	return nil
}

// whyNotFound is why a local endpoint is not there: also because the env has been shut down since it was looked at.
func (e *Env) whyNotFound() error {
	if e.stopping.Load() {
		return api.ErrEnvStopped
	}
	return api.ErrEndpointNotFound
}

// encode appends the body of a message to dst: envelope and content. o is the outbox it goes to, if that is known.
func (e *Env) encode(dst []byte, o *outbox, to *api.RpcEndpointAddress, msg any) ([]byte, error) {
	body, err := e.appendEnvelope(dst, o, to)
	if err != nil {
		return nil, err
	}
	header := len(body)
	if body, err = e.codec.AppendValue(body, msg); err != nil {
		return nil, err
	}
	return body, e.checkSize("message", msg, len(body)-header)
}

// appendEnvelope appends what stands before a content. It is the same for every message to an endpoint, so an outbox
// keeps the last.
func (e *Env) appendEnvelope(dst []byte, o *outbox, to *api.RpcEndpointAddress) ([]byte, error) {
	if o != nil {
		if last := o.envelope.Load(); last != nil && last.name == to.Name {
			return append(dst, last.bytes...), nil
		}
	}
	return e.appendNewEnvelope(dst, o, to)
}

func (e *Env) appendNewEnvelope(dst []byte, o *outbox, to *api.RpcEndpointAddress) ([]byte, error) {
	body, err := wire.AppendEnvelopeHeader(dst, wireAddress(e.address), wireAddress(to.Address), to.Name)
	if err == nil && o != nil {
		o.envelope.Store(&envelope{name: to.Name, bytes: bytes.Clone(body[len(dst):])})
	}
	return body, err
}

// checkSize refuses what exceeds the limit.
func (e *Env) checkSize(what string, msg any, size int) error {
	if size <= e.most {
		return nil
	}
	return &api.MessageTooLargeError{What: what + " " + codec.MessageType(msg), Size: int64(size), Limit: int64(e.cfg.MaxMessageSize), Setting: "RpcEnv.MaxMessageSize"}
}

func wireAddress(a api.RpcAddress) wire.Address {
	if a.IsZero() {
		return wire.Address{}
	}
	return wire.Address{Present: true, Host: a.Host, Port: int32(a.Port)}
}
