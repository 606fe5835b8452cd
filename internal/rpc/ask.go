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
// so each function between would cost more than what most of them do. Where a box comes from, nobody asked is of this env.
func (e *Env) AskBox(ctx context.Context, to api.RpcEndpointAddress, box *api.MessageBox) error {
	e.stats.asks.Add(1)
	a, ok := box.Ask.(*pendingAsk) // one that is kept there
	if !ok {
		a = e.makeAsk()
		box.Ask = a
	}
	a.start(&e.usual)
	a.to = to
	var err error
	if e.stopping.Load() || ctx != nil && (ctx.Err() != nil || handlerInbox(ctx) != nil) {
		err = e.askWith(ctx, a, nil, &a.to, box.Message, box.Reply)
	} else if err = e.request(ctx, a, &a.to, box.Message); err == nil {
		for !a.ended() {
			if err := a.w.Wait(ctx); err != nil {
				ctx = a.leave(ctx, &a.to, err)
				continue
			}
			a.woken = true
		}
		err = a.outcome(&a.to, box.Reply)
	}
	e.count(a, &a.to, err)
	if !a.over() {
		box.Ask = nil
	}
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
	e.count(a, to, err)
	e.done(a)
	return err
}

// count counts an ask that has its outcome.
func (e *Env) count(a *pendingAsk, to *api.RpcEndpointAddress, err error) {
	if err == nil {
		e.stats.replies.Add(1)
	} else {
		e.askFailed(a, to, err)
	}
}

// askWith sends the message and waits for the outcome.
func (e *Env) askWith(ctx context.Context, a *pendingAsk, c *transport.Client, to *api.RpcEndpointAddress, msg, reply any) error {
	if e.stopping.Load() || ctx != nil && ctx.Err() != nil {
		return e.refuseAsk(ctx, a, to)
	}
	a.to = *to
	handler := handlerInbox(ctx)
	if handler != nil || c == nil && e.isLocal(to.Address) {
		return e.askNearby(ctx, handler, a, c, to, msg, reply)
	}
	if err := e.requestOver(ctx, a, c, to, msg); err != nil {
		return err
	}
	return a.await(ctx, to, reply)
}

// askNearby is the whole ask for an endpoint of this env, or from a handler, which lends its message loop while it waits.
func (e *Env) askNearby(ctx context.Context, handler *inbox, a *pendingAsk, c *transport.Client, to *api.RpcEndpointAddress, msg, reply any) error {
	if c == nil && e.isLocal(to.Address) {
		defer e.forgetLocal(a)
		if err := e.startLocal(handler, a, to, msg); err != nil {
			return err
		}
	} else if err := e.requestOver(ctx, a, c, to, msg); err != nil {
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

// requestOver sends an ask's message to another env, over c unless that is nil.
func (e *Env) requestOver(ctx context.Context, a *pendingAsk, c *transport.Client, to *api.RpcEndpointAddress, msg any) error {
	if c == nil {
		return e.request(ctx, a, to, msg)
	}
	frame, err := a.encode(nil, to, msg)
	if err == nil {
		err = a.send(ctx, c, frame)
	}
	if err != nil {
		return a.notSent(ctx, to, err)
	}
	return nil
}

// request sends an ask's message to the env of an address: at once, where a connection is up and nothing waits for it.
func (e *Env) request(ctx context.Context, a *pendingAsk, to *api.RpcEndpointAddress, msg any) error {
	o, err := e.outboxTo(&to.Address)
	if err != nil {
		return a.notSent(ctx, to, err)
	}
	frame, err := a.encode(o, to, msg)
	if err != nil {
		return a.notSent(ctx, to, err)
	}
	if c := o.direct.Load(); c != nil && c.IsActive() && a.send(ctx, c, frame) == nil {
		return nil
	}
	return e.requestLater(ctx, a, o, to, frame[transport.FrameRoom:])
}

// requestLater leaves an ask's message to the outbox.
func (e *Env) requestLater(ctx context.Context, a *pendingAsk, o *outbox, to *api.RpcEndpointAddress, body []byte) error {
	a.queued = true
	if err := e.post(o, outMessage{body: body, ask: a}); err != nil {
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

// encode appends the body of a message to dst: envelope and content, which begins there. o is the outbox it goes to, if that
// is known.
func (e *Env) encode(dst []byte, o *outbox, to *api.RpcEndpointAddress, msg any) (body []byte, content int, err error) {
	body = dst
	if last := o.lastEnvelope(); last != nil && last.name == to.Name {
		body = append(body, last.bytes...)
	} else if body, err = e.appendEnvelope(dst, o, to); err != nil {
		return nil, 0, err
	}
	content = len(body)
	if body, err = e.codec.AppendValue(body, msg); err != nil {
		return nil, 0, err
	}
	if size := len(body) - content; size > e.most {
		return nil, 0, e.tooLarge("message", msg, size)
	}
	return body, content, nil
}

// lastEnvelope is the last that was sent from o, which may be nil: it is the same for every message to an endpoint.
func (o *outbox) lastEnvelope() *envelope {
	if o == nil {
		return nil
	}
	return o.envelope.Load()
}

// appendEnvelope appends what stands before a content, and has o, if it is not nil, keep it.
func (e *Env) appendEnvelope(dst []byte, o *outbox, to *api.RpcEndpointAddress) ([]byte, error) {
	body, err := wire.AppendEnvelopeHeader(dst, wireAddress(e.address), wireAddress(to.Address), to.Name)
	if err == nil && o != nil {
		o.envelope.Store(&envelope{name: to.Name, bytes: bytes.Clone(body[len(dst):])})
	}
	return body, err
}

// tooLarge refuses what exceeds the limit.
func (e *Env) tooLarge(what string, msg any, size int) error {
	return &api.MessageTooLargeError{What: what + " " + codec.MessageType(msg), Size: int64(size), Limit: int64(e.cfg.MaxMessageSize), Setting: "RpcEnv.MaxMessageSize"}
}

func wireAddress(a api.RpcAddress) wire.Address {
	if a.IsZero() {
		return wire.Address{}
	}
	return wire.Address{Present: true, Host: a.Host, Port: int32(a.Port)}
}
