// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"

	"github.com/twinwire/twinwire/api"
)

// Codec encodes and decodes contents for one env. It is safe for concurrent use.
type Codec struct {
	serializer api.Serializer
	types      map[string]reflect.Type // of MessageTypes and the basic types, by wire name; read only
	refs       *refTypes
}

// New returns a codec that knows the types of messageTypes by name. A nil serializer is CBOR.
func New(rt api.Runtime, serializer api.Serializer, messageTypes []any) (*Codec, error) {
	if serializer == nil {
		var err error
		if serializer, err = CBOR(); err != nil {
			return nil, err
		}
	}
	c := &Codec{serializer: serializer, types: map[string]reflect.Type{}, refs: newRefTypes(rt)}
	basic := []any{false, "", 0, int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0), uint64(0), 0.0, float32(0), []byte(nil), []string(nil), api.RpcEndpointRef{}}
	for _, v := range append(basic, messageTypes...) {
		t := messageType(v)
		if t == nil {
			return nil, fmt.Errorf("message type %v: want a value of the type", v)
		}
		c.types[api.WireNameOf(reflect.Zero(t).Interface())] = t
	}
	return c, nil
}

// messageType is the type of v, or what it points at: a message and a pointer to it are the same on the wire.
func messageType(v any) reflect.Type {
	t := reflect.TypeOf(v)
	if t != nil && t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	return t
}

// The first byte of a content.
const (
	kindNil     = 0
	kindValue   = 1
	kindFailure = 2
)

// AppendValue appends v, a message or a reply: its kind, its type's name, its bytes.
func (c *Codec) AppendValue(dst []byte, v any) ([]byte, error) {
	if v == nil {
		return append(dst, kindNil), nil
	}
	name := strings.TrimPrefix(api.WireNameOf(v), "*")
	if len(name) > 1<<16-1 {
		return dst, fmt.Errorf("%w: type name of %d bytes", api.ErrSerialization, len(name))
	}
	out := append(dst, kindValue, byte(len(name)>>8), byte(len(name)))
	out = append(out, name...)
	return c.appendPayload(out, v)
}

func (c *Codec) appendPayload(dst []byte, v any) (out []byte, err error) {
	defer recoverAs(&err, "encode", v)
	if self, ok := v.(encoding.BinaryAppender); ok && selfDecoding(v) {
		out, err = self.AppendBinary(dst)
	} else {
		out, err = c.serializer.Append(dst, v)
	}
	if err != nil {
		return dst, fmt.Errorf("%w: encode %T: %w", api.ErrSerialization, v, err)
	}
	return out, nil
}

// selfDecoding reports whether v's type reads itself too, by pointer.
func selfDecoding(v any) bool {
	t := messageType(v)
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.BinaryUnmarshaler]())
}

func (c *Codec) decodePayload(b []byte, into any) (err error) {
	defer recoverAs(&err, "decode", into)
	if self, ok := into.(encoding.BinaryUnmarshaler); ok {
		if _, ok := into.(encoding.BinaryAppender); ok {
			return self.UnmarshalBinary(b)
		}
	}
	return c.serializer.Decode(b, into)
}

// recoverAs turns a panic of a message's own encoding method into an error.
func recoverAs(err *error, what string, v any) {
	if p := recover(); p != nil {
		*err = fmt.Errorf("%w: %s %T: panic: %v", api.ErrSerialization, what, v, p)
	}
}

// Value is a parsed content: a value that is not decoded yet, or a failure.
type Value struct {
	Type    string // wire name; empty for nil
	Payload []byte // aliases the content
	Failure []api.ErrorLink
}

// ParseContent reads a content without decoding the value in it.
func ParseContent(b []byte) (Value, error) {
	r := reader{b: b}
	var v Value
	switch kind := r.byte(); kind {
	case kindNil:
	case kindValue:
		v.Type = string(r.take(int(r.uint16())))
		v.Payload = r.b
		if r.err == nil && v.Type == "" {
			r.err = errNoType
		}
	case kindFailure:
		v.Failure = r.links()
	default:
		r.fail(fmt.Errorf("unknown kind %d", kind))
	}
	if r.err != nil {
		return Value{}, fmt.Errorf("%w: content: %w", api.ErrSerialization, r.err)
	}
	return v, nil
}

// DecodeMessage decodes a message for an endpoint, whose factory (may be nil) knows its types.
func (c *Codec) DecodeMessage(v Value, factory api.MessageFactory, bind Binder) (any, error) {
	if v.Type == "" {
		return nil, nil
	}
	var into any
	if factory != nil {
		into = factory.NewMessage(v.Type)
	}
	if into == nil {
		t := c.types[v.Type]
		if t == nil {
			return nil, fmt.Errorf("%w: type %s is not known here: handle it with api.OnAsk or api.OnSend, or list it in RpcEnvConfig.MessageTypes", api.ErrUnhandled, v.Type)
		}
		into = reflect.New(t).Interface()
	}
	if err := c.decodeInto(v, into, bind); err != nil {
		return nil, err
	}
	return reflect.ValueOf(into).Elem().Interface(), nil
}

// DecodeReply stores a reply into a pointer, which may be nil or point at an interface.
func (c *Codec) DecodeReply(v Value, reply any, bind Binder) error {
	if reply == nil {
		return nil
	}
	p := reflect.ValueOf(reply)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return fmt.Errorf("%w: reply must be a pointer, not %T", api.ErrSerialization, reply)
	}
	t := p.Type().Elem()
	if v.Type == "" {
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
	if want := strings.TrimPrefix(api.WireNameOf(reflect.Zero(t).Interface()), "*"); want != v.Type {
		return fmt.Errorf("%w: reply is a %s, not a %s", api.ErrSerialization, v.Type, want)
	}
	if t.Kind() == reflect.Pointer {
		p.Elem().Set(reflect.New(t.Elem()))
		reply = p.Elem().Interface()
	}
	return c.decodeInto(v, reply, bind)
}

func (c *Codec) decodeInto(v Value, into any, bind Binder) error {
	target := into
	if p := reflect.ValueOf(into).Elem(); p.Kind() == reflect.Pointer { // a message type that is itself a pointer
		p.Set(reflect.New(p.Type().Elem()))
		target = p.Interface()
	}
	if err := c.decodePayload(v.Payload, target); err != nil {
		return fmt.Errorf("%w: decode %s: %w", api.ErrSerialization, v.Type, err)
	}
	c.refs.bind(reflect.ValueOf(into).Elem(), bind)
	return nil
}

// Assign stores v, a value that did not travel, into reply as DecodeReply would.
func Assign(reply, v any) error {
	if reply == nil {
		return nil
	}
	p := reflect.ValueOf(reply)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return fmt.Errorf("%w: reply must be a pointer, not %T", api.ErrSerialization, reply)
	}
	if v == nil {
		p.Elem().SetZero()
		return nil
	}
	return assign(p.Elem(), v)
}

func assign(to reflect.Value, v any) error {
	from := reflect.ValueOf(v)
	switch {
	case from.Type().AssignableTo(to.Type()):
		to.Set(from)
	case from.Kind() == reflect.Pointer && !from.IsNil() && from.Type().Elem().AssignableTo(to.Type()):
		to.Set(from.Elem())
	case to.Kind() == reflect.Pointer && from.Type().AssignableTo(to.Type().Elem()):
		to.Set(reflect.New(to.Type().Elem()))
		to.Elem().Set(from)
	default:
		return fmt.Errorf("%w: reply is a %T, not a %s", api.ErrSerialization, v, to.Type())
	}
	return nil
}

// NewLike returns a pointer to a new value of the type that reply points at; nil for nil.
func NewLike(reply any) any {
	t := reflect.TypeOf(reply)
	if t == nil || t.Kind() != reflect.Pointer {
		return reply
	}
	return reflect.New(t.Elem()).Interface()
}

// Deref returns what a pointer from NewLike points at.
func Deref(p any) any {
	v := reflect.ValueOf(p)
	if !v.IsValid() || v.Kind() != reflect.Pointer || v.IsNil() {
		return nil
	}
	return v.Elem().Interface()
}
