// SPDX-License-Identifier: Apache-2.0

package api

import (
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"unsafe"
)

// Handler is one entry of an endpoint's handler table; see [OnAsk], [OnSend], [OnStart], [OnStop], [OnError],
// [OnConnected], [OnDisconnected], [OnNetworkError], [Concurrent], [Isolated].
type Handler struct {
	message    reflect.Type
	fresh      func() any          // a pointer to a new message
	batch      func() MessageBatch // nil when the memory of messages cannot be used again
	ask        func(call RpcCallContext, msg any) error
	send       func(call RpcCallContext, msg any) error
	start      func(self RpcEndpointRef) error
	stop       func() error
	onError    func(cause error)
	came       func(remote RpcAddress)
	gone       func(remote RpcAddress)
	broken     func(cause error, remote RpcAddress)
	concurrent bool
	loops      int
}

// OnAsk handles asks of type M with f, whose result is the reply and whose error is the failure. A handler that cannot
// reply yet returns [ErrReplyLater] and answers through call when it can.
func OnAsk[M, R any](f func(call RpcCallContext, m M) (R, error)) Handler {
	boxed := encodesItself[R]()
	h := handlerOf[M]()
	h.ask = func(call RpcCallContext, msg any) error {
		var r R
		var err error
		if m, ok := msg.(*M); ok { // as mostly
			r, err = f(call, *m)
		} else {
			r, err = f(call, messageOf[M](msg))
		}
		switch {
		case err == nil:
			return replyInTurn(call, r, boxed)
		case err == ErrReplyLater: //nolint:errorlint // inside another error it is a failure, such as one passed on
			return nil
		}
		return call.SendFailure(err)
	}
	return h
}

func handlerOf[M any]() Handler {
	h := Handler{message: reflect.TypeFor[M](), fresh: messageMaker[M]()}
	if isPlain(h.message) {
		h.batch = newMessageBatch[M]
	}
	return h
}

// RepliesInTurn tells an env that the replies of the table's functions are given by the task that runs them, as the last
// thing they do. An endpoint that wraps the table does not have it, for it may run them elsewhere.
func (e *handlers) RepliesInTurn() {}

// ErrReplyLater is returned, as it is, by an [OnAsk] function that will answer through its call later.
var ErrReplyLater = errors.New("reply later")

// OnSend handles one-way messages of type M with f. An error goes to OnError.
func OnSend[M any](f func(call RpcCallContext, m M) error) Handler {
	h := handlerOf[M]()
	h.send = func(call RpcCallContext, msg any) error {
		if m, ok := msg.(*M); ok { // as mostly
			return f(call, *m)
		}
		return f(call, messageOf[M](msg))
	}
	return h
}

// messageOf takes a message or a pointer to one, and makes a pointer of a message where M is one.
func messageOf[M any](msg any) M {
	if m, ok := msg.(M); ok {
		return m
	}
	if m, ok := msg.(*M); ok {
		return *m
	}
	p := reflect.New(reflect.TypeFor[M]().Elem())
	p.Elem().Set(reflect.ValueOf(msg))
	return p.Interface().(M)
}

// OnStart runs f before the first message.
func OnStart(f func(self RpcEndpointRef) error) Handler { return Handler{start: f} }

// OnStop runs f after the last message.
func OnStop(f func() error) Handler { return Handler{stop: f} }

// OnError runs f for each error or panic of the endpoint's own functions, failures sent to an asker excepted.
func OnError(f func(cause error)) Handler { return Handler{onError: f} }

// OnConnected runs f when the env has got a connection; see [NetworkObserver].
func OnConnected(f func(remote RpcAddress)) Handler { return Handler{came: f} }

// OnDisconnected runs f when a connection of the env has ended.
func OnDisconnected(f func(remote RpcAddress)) Handler { return Handler{gone: f} }

// OnNetworkError runs f when a connection of the env has failed, before OnDisconnected.
func OnNetworkError(f func(cause error, remote RpcAddress)) Handler { return Handler{broken: f} }

// Concurrent lets several messages be handled at once; see [ConcurrentEndpoint].
func Concurrent() Handler { return Handler{concurrent: true} }

// Isolated gives the endpoint that many message loops of its own; see [IsolatedEndpoint].
func Isolated(loops int) Handler { return Handler{loops: loops} }

// Handlers makes an endpoint of typed functions. Message types need no registration: the table is the registration. It
// panics when two entries handle the same message in the same way, or another entry stands twice: a mistake of the
// program.
func Handlers(table ...Handler) RpcEndpoint {
	e := &handlers{byType: map[reflect.Type]*entry{}, byName: map[string]func() any{}}
	for _, h := range table {
		e.add(h)
	}
	e.complete()
	observes := e.came != nil || e.gone != nil || e.broken != nil
	switch {
	case e.onErr != nil && observes:
		return struct {
			*handlers
			errorHandler
			networkObserver
		}{e, errorHandler{e}, networkObserver{e}}
	case e.onErr != nil:
		return struct {
			*handlers
			errorHandler
		}{e, errorHandler{e}}
	case observes:
		return struct {
			*handlers
			networkObserver
		}{e, networkObserver{e}}
	}
	return e
}

// entry is what handles the messages of a type.
type entry struct {
	batch     func() MessageBatch
	ask, send func(call RpcCallContext, msg any) error
}

// found is what handles messages of a type: the entry of it, or of what it points at, or of a pointer to it.
type found struct {
	of      unsafe.Pointer // see typeWord
	entry   *entry
	pointer bool // the entry is of what it points at
}

// handlers is the endpoint made by Handlers. All but last is read only once made.
type handlers struct {
	byType map[reflect.Type]*entry // of the table
	known  map[reflect.Type]*found // all that is handled
	byName map[string]func() any
	last   atomic.Pointer[found] // what was handled last, and mostly is next
	start  func(self RpcEndpointRef) error
	stop   func() error
	onErr  func(cause error)
	came   func(remote RpcAddress)
	gone   func(remote RpcAddress)
	broken func(cause error, remote RpcAddress)

	concurrent bool
	loops      int
}

func (e *handlers) add(h Handler) {
	switch {
	case h.message != nil:
		n := e.byType[h.message]
		if n == nil {
			n = &entry{batch: h.batch}
			e.byType[h.message] = n
			e.byName[strings.TrimPrefix(wireNameOfType(h.message), "*")] = h.fresh
		}
		set(&n.ask, h.ask, h.message)
		set(&n.send, h.send, h.message)
	case h.start != nil:
		setOnce(&e.start, h.start, e.start == nil, "OnStart")
	case h.stop != nil:
		setOnce(&e.stop, h.stop, e.stop == nil, "OnStop")
	case h.onError != nil:
		setOnce(&e.onErr, h.onError, e.onErr == nil, "OnError")
	case h.came != nil:
		setOnce(&e.came, h.came, e.came == nil, "OnConnected")
	case h.gone != nil:
		setOnce(&e.gone, h.gone, e.gone == nil, "OnDisconnected")
	case h.broken != nil:
		setOnce(&e.broken, h.broken, e.broken == nil, "OnNetworkError")
	case h.concurrent:
		setOnce(&e.concurrent, true, !e.concurrent, "Concurrent")
	case h.loops != 0:
		setOnce(&e.loops, h.loops, e.loops == 0, "Isolated")
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
	if fresh := e.byName[wireName]; fresh != nil {
		return fresh()
	}
	return nil
}

// MessageMaker returns what NewMessage makes messages of that type with.
func (e *handlers) MessageMaker(wireName string) func() any { return e.byName[wireName] }

// Receiver returns what Receive and ReceiveAndReply do with what NewMessage makes of that type, without looking for it; nil
// for a way in which it is not handled. Where batch is not nil it makes a [MessageBatch] for what is handled by them alone.
func (e *handlers) Receiver(wireName string) (send, ask func(call RpcCallContext, msg any) error, batch func() MessageBatch) {
	fresh := e.byName[wireName]
	if fresh == nil {
		return nil, nil, nil
	}
	n := e.find(fresh())
	if n == nil {
		return nil, nil, nil
	}
	return n.send, n.ask, n.batch
}

// complete finds out what is handled. A message and a pointer to it are the same, unless the table has both.
func (e *handlers) complete() {
	e.known = map[reflect.Type]*found{}
	for t, n := range e.byType {
		e.known[t] = &found{of: typeWord(reflect.Zero(t).Interface()), entry: n}
		if p := reflect.PointerTo(t); e.byType[p] == nil {
			e.known[p] = &found{of: typeWord(reflect.Zero(p).Interface()), entry: n, pointer: true}
		}
		if t.Kind() == reflect.Pointer && t.Elem().Kind() != reflect.Pointer && e.byType[t.Elem()] == nil {
			e.known[t.Elem()] = &found{of: typeWord(reflect.Zero(t.Elem()).Interface()), entry: n}
		}
	}
}

// find returns the entry for msg, nil when there is none.
func (e *handlers) find(msg any) *entry {
	f := e.last.Load()
	if f == nil || f.of != typeWord(msg) {
		if f = e.known[reflect.TypeOf(msg)]; f == nil {
			return nil
		}
		e.last.Store(f)
	}
	if f.pointer && valueWord(msg) == nil {
		return nil
	}
	return f.entry
}

// typeWord is what the types of two values are told apart by. To compare two reflect.Type, which are interfaces, takes a
// call.
func typeWord(v any) unsafe.Pointer {
	return *(*unsafe.Pointer)(unsafe.Pointer(&v)) //nolint:gosec // an interface without methods begins with its type
}

// valueWord is what an interface holds behind its type: of a pointer, the pointer.
func valueWord(v any) unsafe.Pointer {
	return (*[2]unsafe.Pointer)(unsafe.Pointer(&v))[1] //nolint:gosec // as above
}

func (e *handlers) Receive(call RpcCallContext, msg any) error {
	if n := e.find(msg); n != nil && n.send != nil {
		return n.send(call, msg)
	}
	return unhandled(call, "receive", msg)
}

func unhandled(call RpcCallContext, what string, msg any) error {
	return fmt.Errorf("%w: %s does not %s %T", ErrUnhandled, call.Self(), what, msg)
}

func (e *handlers) ReceiveAndReply(call RpcCallContext, msg any) error {
	if n := e.find(msg); n != nil && n.ask != nil {
		return n.ask(call, msg)
	}
	return unhandled(call, "reply to", msg)
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

func (e *handlers) HandlesConcurrently() bool { return e.concurrent }

func (e *handlers) OwnLoops() int { return e.loops }

// errorHandler hears of errors too; without it the env logs them.
type errorHandler struct{ of *handlers }

func (e errorHandler) OnError(cause error) { e.of.onErr(cause) }

// networkObserver hears of connections too; without it no event is queued for the endpoint.
type networkObserver struct{ of *handlers }

func (e networkObserver) OnConnected(remote RpcAddress) {
	if e.of.came != nil {
		e.of.came(remote)
	}
}

func (e networkObserver) OnDisconnected(remote RpcAddress) {
	if e.of.gone != nil {
		e.of.gone(remote)
	}
}

func (e networkObserver) OnNetworkError(cause error, remote RpcAddress) {
	if e.of.broken != nil {
		e.of.broken(cause, remote)
	}
}
