// SPDX-License-Identifier: Apache-2.0

package api

import "encoding"

// turnReplier is a call that can be told that its handler has returned: its reply may go together with those of the
// messages behind it.
type turnReplier interface {
	ReplyInTurn(v any) error
	// ReplyBox is where the task that handles the call keeps a pointer to put replies behind; nil when a reply is kept.
	ReplyBox() *any
}

// replyInTurn answers a call whose handler has returned. A reply that encodes itself is boxed, if that is asked for: it is
// handed over behind a pointer that is used again, for it is read before the call returns.
func replyInTurn[R any](call RpcCallContext, r R, boxed bool) error {
	c, ok := call.(turnReplier)
	if !ok {
		return call.Reply(r)
	}
	var box *any
	if boxed {
		box = c.ReplyBox()
	}
	if box == nil {
		return c.ReplyInTurn(r)
	}
	p, ok := (*box).(*R)
	if !ok {
		p = new(R)
		*box = p
	}
	*p = r
	err := c.ReplyInTurn(p)
	*p = *new(R)
	return err
}

// encodesItself reports whether values of type R append themselves, and a pointer to one reads itself: then both are the
// same on the wire, whatever the serializer.
func encodesItself[R any]() bool {
	_, appends := any(*new(R)).(encoding.BinaryAppender)
	_, reads := any(new(R)).(encoding.BinaryUnmarshaler)
	return appends && reads
}
