// SPDX-License-Identifier: Apache-2.0

package api

import (
	"errors"
	"fmt"
	"reflect"
)

// Handler is one entry of an endpoint's handler table; see [OnAsk], [OnSend], [OnStart], [OnStop], [OnError],
// [OnDisconnected].
type Handler struct {
	message reflect.Type
	ask     func(call RpcCallContext, msg any) error
	send    func(call RpcCallContext, msg any) error
	start   func(self RpcEndpointRef) error
	stop    func() error
	onError func(cause error)
	gone    func(remote RpcAddress)
}

// OnAsk handles asks of type M with f, whose result is the reply and whose error is the failure. A handler that cannot
// reply yet returns [ErrReplyLater] and answers through call when it can.
func OnAsk[M, R any](f func(call RpcCallContext, m M) (R, error)) Handler {
	return Handler{message: reflect.TypeFor[M](), ask: func(call RpcCallContext, msg any) error {
		r, err := f(call, messageOf[M](msg))
		switch {
		case err == nil:
			return call.Reply(r)
		case errors.Is(err, ErrReplyLater):
			return nil
		}
		return call.SendFailure(err)
	}}
}

// ErrReplyLater is returned by an [OnAsk] function that will answer through its call later.
var ErrReplyLater = errors.New("reply later")

// OnSend handles one-way messages of type M with f. An error goes to OnError.
func OnSend[M any](f func(call RpcCallContext, m M) error) Handler {
	return Handler{message: reflect.TypeFor[M](), send: func(call RpcCallContext, msg any) error { return f(call, messageOf[M](msg)) }}
}

// messageOf takes a message or a pointer to one.
func messageOf[M any](msg any) M {
	if p, ok := msg.(*M); ok {
		return *p
	}
	return msg.(M)
}

// OnStart runs f before the first message.
func OnStart(f func(self RpcEndpointRef) error) Handler { return Handler{start: f} }

// OnStop runs f after the last message.
func OnStop(f func() error) Handler { return Handler{stop: f} }

// OnError runs f for each error or panic of the endpoint's own functions, failures sent to an asker excepted.
func OnError(f func(cause error)) Handler { return Handler{onError: f} }

// OnDisconnected runs f when a connection of the env has ended.
func OnDisconnected(f func(remote RpcAddress)) Handler { return Handler{gone: f} }

// Handlers makes an endpoint of typed functions. Message types need no registration: the table is the registration. It
// panics when two entries handle the same message in the same way, or one of OnStart, OnStop, OnError, OnDisconnected
// stands twice: a mistake of the program.
func Handlers(table ...Handler) RpcEndpoint {
	e := &handlers{byType: map[reflect.Type]*entry{}, byName: map[string]reflect.Type{}}
	for _, h := range table {
		e.add(h)
	}
	if e.onErr == nil {
		return e
	}
	return handlersWithOnError{e}
}

type entry struct {
	ask, send func(call RpcCallContext, msg any) error
}

// handlers is the endpoint made by Handlers. It is read only once made.
type handlers struct {
	byType map[reflect.Type]*entry
	byName map[string]reflect.Type
	start  func(self RpcEndpointRef) error
	stop   func() error
	onErr  func(cause error)
	gone   func(remote RpcAddress)
}

func (e *handlers) add(h Handler) {
	switch {
	case h.message != nil:
		n := e.byType[h.message]
		if n == nil {
			n = &entry{}
			e.byType[h.message] = n
			e.byName[wireNameOfType(h.message)] = h.message
		}
		set(&n.ask, h.ask, h.message)
		set(&n.send, h.send, h.message)
	case h.start != nil:
		setOnce(&e.start, h.start, e.start == nil, "OnStart")
	case h.stop != nil:
		setOnce(&e.stop, h.stop, e.stop == nil, "OnStop")
	case h.onError != nil:
		setOnce(&e.onErr, h.onError, e.onErr == nil, "OnError")
	case h.gone != nil:
		setOnce(&e.gone, h.gone, e.gone == nil, "OnDisconnected")
	}
}

func set(at *func(RpcCallContext, any) error, f func(RpcCallContext, any) error, t reflect.Type) {
	if f == nil {
		return
	}
	setOnce(at, f, *at == nil, t.String())
}

func setOnce[F any](at *F, f F, free bool, what string) {
	if !free {
		panic(fmt.Sprintf("api.Handlers: %s is handled twice", what))
	}
	*at = f
}

func (e *handlers) NewMessage(wireName string) any {
	t, ok := e.byName[wireName]
	if !ok {
		return nil
	}
	return reflect.New(t).Interface()
}

// find returns the entry for msg. A pointer to a message counts as the message.
func (e *handlers) find(msg any) *entry {
	t := reflect.TypeOf(msg)
	if n := e.byType[t]; n != nil || t == nil || t.Kind() != reflect.Pointer || reflect.ValueOf(msg).IsNil() {
		return n
	}
	return e.byType[t.Elem()]
}

func (e *handlers) Receive(call RpcCallContext, msg any) error {
	if n := e.find(msg); n != nil && n.send != nil {
		return n.send(call, msg)
	}
	return fmt.Errorf("%w: %s does not receive %T", ErrUnhandled, call.Self(), msg)
}

func (e *handlers) ReceiveAndReply(call RpcCallContext, msg any) error {
	if n := e.find(msg); n != nil && n.ask != nil {
		return n.ask(call, msg)
	}
	return fmt.Errorf("%w: %s does not reply to %T", ErrUnhandled, call.Self(), msg)
}

func (e *handlers) OnStart(self RpcEndpointRef) error {
	if e.start == nil {
		return nil
	}
	return e.start(self)
}

func (e *handlers) OnStop() error {
	if e.stop == nil {
		return nil
	}
	return e.stop()
}

// handlersWithOnError hears of errors too; without it the env logs them.
type handlersWithOnError struct{ *handlers }

func (e handlersWithOnError) OnError(cause error) { e.onErr(cause) }

func (e *handlers) OnConnected(RpcAddress) {}

func (e *handlers) OnDisconnected(remote RpcAddress) {
	if e.gone != nil {
		e.gone(remote)
	}
}

func (e *handlers) OnNetworkError(error, RpcAddress) {}
