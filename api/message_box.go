// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"reflect"
)

// MessageBox is memory for a message on its way to another env, used again for the next. It is for implementations of
// RpcEnv; see [BoxSender].
type MessageBox struct {
	Message any    // a pointer to what is sent; between two messages to a zero value of the type that was sent last
	Reply   any    // likewise to where a reply goes
	Body    []byte // the env's: what it encodes messages in
	Ask     any    // likewise: an ask that is over, to be used again
}

// BoxSender is a RefSender that reads a message before a send returns, or an ask begins to wait, where it leaves the env:
// then its memory can be used again. [Send] and [Ask] use it. It is for implementations of RpcEnv.
type BoxSender interface {
	RefSender
	// TakeBox returns a box for one message to an endpoint there; nil when the message itself is handed over, to the endpoint
	// or to a Serializer that somebody has brought.
	TakeBox(at RpcAddress) *MessageBox
	// SendBox is SendTo, an endpoint of that name there, for what is in the box, of which it keeps nothing.
	SendBox(name string, at RpcAddress, box *MessageBox) error
	// AskBox is AskTo for what is in the box, of which it keeps nothing.
	AskBox(ctx context.Context, to RpcEndpointAddress, box *MessageBox) error
	// PutBox gives a box back.
	PutBox(box *MessageBox)
}

// Send is [RpcEndpointRef.Send] for one who sends much: a message that leaves this env takes no memory of its own, as it
// does where a value is made an any. Inside one env msg goes by reference, like there.
func Send[M any](ref RpcEndpointRef, msg M) error {
	return send(&ref, &msg) // this is inlined: the arguments are not copied, which the processor would wait for
}

func send[M any](ref *RpcEndpointRef, msg *M) error {
	s, box := takeBox[M](ref)
	if box == nil {
		return ref.Send(*msg)
	}
	p := box.Message.(*M)
	*p = *msg
	err := s.SendBox(ref.address.Name, ref.address.Address, box)
	*p = *new(M)
	s.PutBox(box)
	return err
}

// Ask is [RpcEndpointRef.Ask] with a typed reply: got, err := api.Ask[Granted](ctx, ref, Acquire{…}). Message and reply take
// no memory of their own, as [Send] says.
func Ask[Reply, M any](ctx context.Context, ref RpcEndpointRef, msg M) (reply Reply, err error) {
	s, box := takeBox[M](&ref)
	if box == nil {
		return askUnboxed[Reply](ctx, &ref, &msg)
	}
	p := box.Message.(*M)
	*p = msg
	q, kept := box.Reply.(*Reply)
	if !kept {
		q, kept = newReply[Reply](box)
	}
	err = s.AskBox(ctx, ref.address, box)
	*p = *new(M)
	reply = *q
	if kept {
		*q = *new(Reply)
	} else {
		box.Reply = unboxed[Reply]{}
	}
	s.PutBox(box)
	return reply, err
}

// askUnboxed is Ask without a box. It is handed pointers for the sake of Ask's frame, which each asker's stack has.
//
//go:noinline
func askUnboxed[Reply, M any](ctx context.Context, ref *RpcEndpointRef, msg *M) (Reply, error) {
	var reply Reply
	err := ref.Ask(ctx, *msg, &reply)
	return reply, err
}

// newReply puts a pointer to a Reply into a box, and reports whether it may stay there.
func newReply[Reply any](box *MessageBox) (q *Reply, kept bool) {
	_, known := box.Reply.(unboxed[Reply])
	q = new(Reply)
	box.Reply = q
	return q, !known && isPlain(reflect.TypeFor[Reply]())
}

// unboxed stands in a box for a type that none is kept of.
type unboxed[M any] struct{}

// takeBox returns a box in which a pointer to an M is, nil when there is none for an M.
func takeBox[M any](ref *RpcEndpointRef) (BoxSender, *MessageBox) {
	s, ok := ref.sender.(BoxSender)
	if !ok {
		return nil, nil
	}
	box := s.TakeBox(ref.address.Address)
	if box == nil {
		return nil, nil
	}
	if _, ok := box.Message.(*M); ok { // as mostly
		return s, box
	}
	if _, ok := box.Message.(unboxed[M]); !ok {
		if boxes[M]() {
			box.Message = new(M)
			return s, box
		}
		box.Message = unboxed[M]{}
	}
	s.PutBox(box)
	return nil, nil
}

// boxes reports whether a pointer to a value of type M is the same on the wire, and nobody but the env gets to see it:
// methods are called with a copy.
func boxes[M any]() bool {
	t := reflect.TypeFor[M]()
	switch t.Kind() {
	case reflect.Pointer, reflect.Interface:
		return false
	}
	return encodesItself[M]() || !seen(t)
}

// seen reports whether a method of a value of type t, or of what is in its memory, could get a pointer to that.
func seen(t reflect.Type) bool {
	if reflect.PointerTo(t).NumMethod() > t.NumMethod() {
		return true
	}
	switch t.Kind() {
	case reflect.Array:
		return seen(t.Elem())
	case reflect.Struct:
		for f := range t.Fields() {
			if seen(f.Type) {
				return true
			}
		}
	}
	return false
}
