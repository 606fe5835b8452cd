// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"

	"github.com/twinwire/twinwire/api"
)

// Value is a parsed content: a value that is not decoded yet, or a failure.
type Value struct {
	Format  []byte // name of the serializer, aliases the content; empty for CBOR and for what encodes itself
	Type    []byte // wire name, aliases the content; empty for nil
	Payload []byte // aliases the content
	Failure []api.ErrorLink
}

// Parse reads a content without decoding the value in it.
func (v *Value) Parse(content []byte) error {
	r := reader{b: content}
	*v = Value{}
	switch kind := r.byte(); kind {
	case kindNil:
	case kindValue, kindFormat:
		if kind == kindFormat {
			if v.Format = r.take(int(r.byte())); string(v.Format) == cborName {
				v.Format = nil
			}
		}
		v.Type = r.take(int(r.uint16()))
		v.Payload = r.b
		if r.err == nil && len(v.Type) == 0 {
			r.err = errNoType
		}
	case kindFailure:
		v.Failure = r.links()
	default:
		r.fail(fmt.Errorf("unknown kind %d", kind))
	}
	if r.err != nil {
		return fmt.Errorf("%w: content: %w", api.ErrSerialization, r.err)
	}
	return nil
}

// DecodeMessage decodes a message for an endpoint. What its factory (may be nil) made is handed out as the pointer, any
// other message as the value.
func (c *Codec) DecodeMessage(v *Value, factory api.MessageFactory, bind Binder) (any, error) {
	if len(v.Type) == 0 {
		return nil, nil
	}
	into, err := c.newMessage(factory, v.Type)
	if err != nil {
		return nil, err
	}
	made := into != nil
	if !made {
		t := c.typeNamed(v.Type)
		if t == nil {
			return nil, fmt.Errorf("%w: type %s is not known here: handle it with api.OnAsk or api.OnSend, or list it in RpcEnvConfig.MessageTypes", api.ErrUnhandled, v.Type)
		}
		into = reflect.New(t).Interface()
	}
	if err := c.decodeInto(v, into, bind); err != nil {
		return nil, err
	}
	if made {
		return into, nil
	}
	return reflect.ValueOf(into).Elem().Interface(), nil
}

// newMessage is what factory makes for a type, nil when it does not know it. A factory that panics, or makes no pointer,
// fails this message alone.
func (c *Codec) newMessage(factory api.MessageFactory, name []byte) (into any, err error) {
	if factory == nil {
		return nil, nil
	}
	defer recoverAs(&err, "make a message for", factory)
	into = factory.NewMessage(c.typeNames.of(name))
	if v := reflect.ValueOf(into); into != nil && (v.Kind() != reflect.Pointer || v.IsNil()) {
		return nil, fmt.Errorf("%w: %T made a %T for %s, not a pointer to a message", api.ErrSerialization, factory, into, name)
	}
	return into, nil
}

// ReadReply is DecodeReply for a content that may be a failure, of who was asked at from. A reply may keep some of own.
func (c *Codec) ReadReply(content []byte, reply any, bind Binder, from api.RpcAddress, own *OwnMemory) error {
	if reply != nil {
		info := c.decoded.known(reply)
		if info == nil {
			info = c.decoded.info(c, reply)
		}
		if n := len(info.head); info.direct && len(content) >= n && string(content[:n]) == string(info.head) && valueWord(reply) != nil {
			var err error
			if info.reads != nil {
				if own.last != info {
					own.last = info
				}
				err = own.read(with(info.reads, reply), content[n:], ownReplyBytes)
			} else {
				err = info.fill(reply, content[n:], bind, own)
			}
			if err != nil {
				return undecodable(info.name, err)
			}
			return nil
		}
	}
	return c.readOther(content, reply, bind, from)
}

// ReadHeld is ReadReply for what own holds.
func (c *Codec) ReadHeld(reply any, bind Binder, from api.RpcAddress, own *OwnMemory) error {
	info := own.last
	if reply == nil || info.word != typeWord(reply) || valueWord(reply) == nil {
		return c.ReadReply(slices.Concat(info.head, own.parts.Rest()), reply, bind, from, own)
	}
	if err := own.readHeld(with(info.reads, reply)); err != nil {
		return undecodable(info.name, err)
	}
	return nil
}

// readOther is ReadReply for what is not mostly read.
func (c *Codec) readOther(content []byte, reply any, bind Binder, from api.RpcAddress) error {
	var v Value
	if err := v.Parse(content); err != nil {
		return fmt.Errorf("reply: %w", err)
	}
	if v.Failure != nil {
		return c.RemoteError(from, v.Failure)
	}
	return c.DecodeReply(&v, reply, bind)
}

// DecodeReply stores a reply into a pointer, which may be nil or point at an interface.
func (c *Codec) DecodeReply(v *Value, reply any, bind Binder) error {
	if reply == nil {
		return nil
	}
	p := reflect.ValueOf(reply)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return fmt.Errorf("%w: reply must be a pointer, not %T", api.ErrSerialization, reply)
	}
	t := p.Type().Elem()
	if len(v.Type) == 0 {
		p.Elem().SetZero()
		return nil
	}
	if t.Kind() == reflect.Interface {
		m, err := c.DecodeMessage(v, nil, bind)
		if err != nil {
			return err
		}
		return assign(p.Elem(), m)
	}
	if want := c.decoded.info(c, reply).inner.name; want != string(v.Type) {
		return fmt.Errorf("%w: reply is a %s, not a %s", api.ErrSerialization, v.Type, want)
	}
	if t.Kind() == reflect.Pointer {
		p.Elem().Set(reflect.New(t.Elem()))
		reply = p.Elem().Interface()
	}
	return c.decodeInto(v, reply, bind)
}

// decodeInto reads v into what into points at.
func (c *Codec) decodeInto(v *Value, into any, bind Binder) error {
	info := c.decoded.info(c, into)
	if err := checkFormat(v, info.target()); err != nil {
		return err
	}
	if err := info.fill(into, v.Payload, bind, nil); err != nil {
		return undecodable(string(v.Type), err)
	}
	return nil
}

func undecodable(name string, err error) error {
	return fmt.Errorf("%w: decode %s: %w", api.ErrSerialization, name, err)
}

// fill reads a payload into what into, a pointer of that type, points at. What it then holds may be in memory of own.
func (info *typeInfo) fill(into any, payload []byte, bind Binder, own *OwnMemory) error {
	target := info.target()
	if target != info {
		into = newInner(into)
	}
	if target.plain != nil && target.plain.read(into, payload, own) {
		return nil
	}
	if err := target.read(into, payload); err != nil {
		return err
	}
	if target.refs && bind != nil {
		walk(reflect.ValueOf(into).Elem(), bind)
	}
	return nil
}

// read has a payload read by the message itself, or by the serializer.
func (info *typeInfo) read(into any, payload []byte) (err error) {
	returned := false
	defer func() {
		if !returned {
			err = panicAs(recover(), err, "decode", into)
		}
	}()
	if info.self {
		err = into.(encoding.BinaryUnmarshaler).UnmarshalBinary(payload)
	} else {
		err = info.serializer.Decode(payload, into)
	}
	returned = true
	return err
}

// newInner makes what the pointer that into points at is to point at, and returns that pointer.
func newInner(into any) any {
	p := reflect.ValueOf(into).Elem()
	p.Set(reflect.New(p.Type().Elem()))
	return p.Interface()
}
