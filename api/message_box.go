// SPDX-License-Identifier: Apache-2.0

package api

import "reflect"

// MessageBox is memory for a message on its way to another env, used again for the next. It is for implementations of
// RpcEnv; see [BoxSender].
type MessageBox struct {
	Message any    // a pointer to what is sent; between two messages to a zero value, of the type that was sent last
	Body    []byte // the env's: what it encodes messages in
}

// BoxSender is a RefSender that reads a message before a send returns, where it leaves the env: then its memory can be used
// again. [Send] uses it. It is for implementations of RpcEnv.
type BoxSender interface {
	RefSender
	// TakeBox returns a box for one message to that endpoint; nil when the message itself is handed over.
	TakeBox(to RpcEndpointAddress) *MessageBox
	// SendBox is SendTo for what is in the box, of which it keeps nothing.
	SendBox(to RpcEndpointAddress, box *MessageBox) error
	// PutBox gives a box back.
	PutBox(box *MessageBox)
}

// Send is [RpcEndpointRef.Send] for one who sends much: a message that encodes itself and leaves this env takes no memory
// of its own, as it does where a value is made an any. Inside one env msg goes by reference, like there.
func Send[M any](ref RpcEndpointRef, msg M) error {
	s, ok := ref.sender.(BoxSender)
	if !ok {
		return ref.Send(msg)
	}
	box := s.TakeBox(ref.address)
	if box == nil {
		return ref.Send(msg)
	}
	p, ok := box.Message.(*M)
	if !ok {
		if !boxes[M]() {
			s.PutBox(box)
			return ref.Send(msg)
		}
		p = new(M)
		box.Message = p
	}
	*p = msg
	err := s.SendBox(ref.address, box)
	*p = *new(M)
	s.PutBox(box)
	return err
}

// boxes reports whether a pointer to a value of type M is the same on the wire, and nobody but the env gets to see it:
// M's own method is called with a copy.
func boxes[M any]() bool {
	switch reflect.TypeFor[M]().Kind() {
	case reflect.Pointer, reflect.Interface:
		return false
	}
	return encodesItself[M]()
}
