// SPDX-License-Identifier: Apache-2.0

package rpc

import (
	"bytes"
	"fmt"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/codec"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
)

var _ api.BoxSender = (*Env)(nil)

// SendTo implements api.RefSender.
func (e *Env) SendTo(to api.RpcEndpointRef, msg any) error {
	at := to.Address()
	return e.sendVia(nil, &at, msg)
}

// TakeBox implements api.BoxSender.
func (e *Env) TakeBox(at api.RpcAddress) *api.MessageBox {
	if e.foreign || e.isLocal(at) {
		return nil
	}
	return e.takeBox()
}

// SendBox implements api.BoxSender.
func (e *Env) SendBox(name string, at api.RpcAddress, box *api.MessageBox) error {
	return e.sendAway(nil, &api.RpcEndpointAddress{Name: name, Address: at}, box.Message, box)
}

// PutBox implements api.BoxSender.
func (e *Env) PutBox(box *api.MessageBox) { e.boxes.Put(box) }

// takeBox returns a box, whose memory a body is encoded in.
func (e *Env) takeBox() *api.MessageBox {
	if box, ok := e.boxes.Get().(*api.MessageBox); ok {
		return box
	}
	return &api.MessageBox{Body: make([]byte, 0, usualBody)}
}

// usualBody is what most bodies fit into, in bytes.
const usualBody = 512

// sendVia sends over c, or to who has the address of to.
func (e *Env) sendVia(c *transport.Client, to *api.RpcEndpointAddress, msg any) error {
	if c == nil && e.isLocal(to.Address) {
		return e.sendHere(to, msg)
	}
	box := e.takeBox()
	err := e.sendAway(c, to, msg, box)
	e.boxes.Put(box)
	return err
}

// sendHere sends to an endpoint of this env.
func (e *Env) sendHere(to *api.RpcEndpointAddress, msg any) error {
	if e.stopping.Load() {
		return sendError(to, api.ErrEnvStopped)
	}
	e.stats.sends.Add(1)
	in := e.dispatcher.find(to.Name)
	if in == nil || !e.dispatcher.post(in, message{kind: oneWay, value: msg, call: &callContext{in: in, sender: e.address}}) {
		return sendError(to, e.whyNotFound())
	}
	return nil
}

// sendAway sends to an endpoint of another env, encoded in the memory of box. What a connection takes at once is counted
// there.
func (e *Env) sendAway(c *transport.Client, to *api.RpcEndpointAddress, msg any, box *api.MessageBox) error {
	if e.stopping.Load() {
		return sendError(to, api.ErrEnvStopped)
	}
	var err error
	switch {
	case c != nil:
		err = e.transmitOver(c, to, msg, box)
	default:
		var counted bool
		if counted, err = e.transmit(to, msg, box); counted {
			return nil
		}
	}
	e.stats.sends.Add(1)
	if err != nil {
		return sendError(to, err)
	}
	return nil
}

func sendError(to *api.RpcEndpointAddress, cause error) error {
	return fmt.Errorf("send %s: %w", *to, cause)
}

// transmitOver hands a one-way message to a connection.
func (e *Env) transmitOver(c *transport.Client, to *api.RpcEndpointAddress, msg any, box *api.MessageBox) error {
	body, _, err := e.encode(box.Body[:0], nil, to, msg)
	if err != nil {
		return err
	}
	keepCopied(box, body)
	return c.Send(e.ctx, body)
}

// keepCopied keeps what a body was encoded in, which will be copied or not be used again.
func keepCopied(box *api.MessageBox, body []byte) {
	if box.Body = nil; len(body) <= transport.CopyLimit {
		box.Body = body
	}
}

// transmit hands a one-way message to the outbox of its address. An error means that it was not sent. counted says that a
// connection has counted it.
func (e *Env) transmit(to *api.RpcEndpointAddress, msg any, box *api.MessageBox) (counted bool, err error) {
	o, err := e.outboxTo(&to.Address)
	if err != nil {
		return false, err
	}
	var framed []byte
	if f := o.frame.Load(); f != nil && f.name == to.Name && f.encoder.Encodes(msg) {
		framed, err = e.appendLike(box.Body[:0], f, msg)
	} else {
		framed, err = e.appendFrame(box.Body[:0], o, to, msg)
	}
	if err != nil {
		return false, err
	}
	keepCopied(box, framed)
	if o.sendNow(e.ctx, framed) {
		return len(framed) <= transport.CopyLimit, nil
	}
	box.Body = nil
	return false, e.post(o, outMessage{body: framed[wire.OneWayHeaderLen:]})
}

// frame is how the one-way messages of a type to an endpoint begin.
type frame struct {
	name    string
	encoder codec.Encoder
	bytes   []byte // frame, envelope, and the content's head; nothing knows its length yet
	content int    // where the content begins
}

// appendLike appends the frame of a message that begins like f.
func (e *Env) appendLike(dst []byte, f *frame, msg any) ([]byte, error) {
	framed, err := f.encoder.Append(append(dst, f.bytes...), msg)
	if err != nil {
		return nil, err
	}
	wire.PutOneWayLength(framed)
	if size := len(framed) - f.content; size > e.most {
		return nil, e.tooLarge("message", msg, size)
	}
	return framed, nil
}

// appendFrame appends the frame of a message. The outbox keeps how that begins, if a message of that type was encoded
// before.
func (e *Env) appendFrame(dst []byte, o *outbox, to *api.RpcEndpointAddress, msg any) ([]byte, error) {
	encoder, again := e.codec.Encoder(msg)
	framed, content, err := e.encode(wire.AppendOneWayHeader(dst, 0), o, to, msg)
	if err != nil {
		return nil, err
	}
	wire.PutOneWayLength(framed)
	if again {
		o.frame.Store(&frame{to.Name, encoder, bytes.Clone(framed[:content+len(encoder.Head())]), content})
	}
	return framed, nil
}
