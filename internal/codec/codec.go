// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
)

// Codec encodes and decodes contents for one env. It is safe for concurrent use.
type Codec struct {
	serializer api.Serializer
	format     string                                  // the serializer's name, empty for CBOR
	cbor       api.Serializer                          // of the stack's own messages
	types      map[string]reflect.Type                 // of MessageTypes, by wire name; read only
	basic      atomic.Pointer[map[string]reflect.Type] // the basic types likewise; nil until one is looked for
	known      typeMap[*typeInfo]                      // of messages and pointers to them
	encoded    lastType                                // what was encoded last
	decoded    lastType                                // what was decoded into last
	typeNames  interned                                // of what came in
}

// New returns a codec that knows the types of messageTypes by name. A nil serializer is CBOR.
func New(serializer api.Serializer, messageTypes []any) (*Codec, error) {
	own, err := CBOR()
	if err != nil {
		return nil, err
	}
	if serializer == nil {
		serializer = own
	}
	c := &Codec{serializer: serializer, cbor: own}
	if c.format = serializer.Name(); c.format == cborName {
		c.format = ""
	}
	if len(c.format) > 255 {
		return nil, fmt.Errorf("serializer name of %d bytes, the limit is 255", len(c.format))
	}
	for _, v := range messageTypes {
		if messageType(v) == nil {
			return nil, fmt.Errorf("message type %v: want a value of the type", v)
		}
	}
	c.types = byWireName(messageTypes)
	return c, nil
}

// byWireName returns the types of values by their names.
func byWireName(values []any) map[string]reflect.Type {
	types := make(map[string]reflect.Type, len(values))
	for _, v := range values {
		t := messageType(v)
		types[api.WireNameOf(reflect.Zero(t).Interface())] = t
	}
	return types
}

// typeNamed returns the type of MessageTypes, or else the basic one, of that name; nil when there is none.
func (c *Codec) typeNamed(name []byte) reflect.Type {
	if t := c.types[string(name)]; t != nil {
		return t
	}
	basic := c.basic.Load()
	if basic == nil { // most envs never need them
		all := byWireName([]any{false, "", 0, int8(0), int16(0), int32(0), int64(0), uint(0), uint8(0), uint16(0), uint32(0), uint64(0), 0.0, float32(0), []byte(nil), []string(nil), api.RpcEndpointRef{}})
		basic = &all
		c.basic.Store(basic)
	}
	return (*basic)[string(name)]
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
	kindFormat  = 3 // a value by another serializer than CBOR
)

// AppendValue appends v, a message or a reply: its kind, its type's name, its bytes.
func (c *Codec) AppendValue(dst []byte, v any) (out []byte, err error) {
	info := c.encoded.known(v)
	if info == nil || info.appends == nil || valueWord(v) == nil {
		return c.appendOther(dst, v)
	}
	appending := true
	defer func() { // to ask whether there is a panic is slow
		if appending {
			err = panicAs(recover(), err, "encode", v)
		}
	}()
	out, err = with(info.appends, v).AppendBinary(append(dst, info.head...))
	appending = false
	if err != nil {
		return dst, unencodable(v, err)
	}
	return out, nil
}

// appendOther is AppendValue for what is not of the last type, or does not append itself.
func (c *Codec) appendOther(dst []byte, v any) ([]byte, error) {
	if v == nil {
		return append(dst, kindNil), nil
	}
	info := c.encoded.info(c, v)
	if info.bad != nil {
		return dst, info.bad
	}
	if info.pointer && valueWord(v) == nil {
		return append(dst, kindNil), nil
	}
	dst = append(dst, info.head...)
	if info.plain != nil {
		if out, ok := info.plain.append(dst, v); ok {
			return out, nil
		}
	}
	return c.appendPayload(dst, info, v)
}

func (c *Codec) appendPayload(dst []byte, info *typeInfo, v any) (out []byte, err error) {
	appending := true
	defer func() {
		if appending {
			err = panicAs(recover(), err, "encode", v)
		}
	}()
	switch {
	case info.self:
		out, err = appender(v).AppendBinary(dst)
	case info.format == "":
		out, err = info.appendCBOR(info.serializer, dst, v)
	default:
		out, err = info.serializer.Append(dst, v)
	}
	appending = false
	if err != nil {
		return dst, unencodable(v, err)
	}
	return out, nil
}

func unencodable(v any, err error) error {
	return fmt.Errorf("%w: encode %s: %w", api.ErrSerialization, MessageType(v), err)
}

// appender is v, or a pointer to a copy of v where only that appends itself.
func appender(v any) encoding.BinaryAppender {
	if a, ok := v.(encoding.BinaryAppender); ok {
		return a
	}
	p := reflect.New(reflect.TypeOf(v))
	p.Elem().Set(reflect.ValueOf(v))
	return p.Interface().(encoding.BinaryAppender)
}

// recoverAs turns a panic of a message's own method into an error. Defer it.
func recoverAs(err *error, what string, v any) { *err = panicAs(recover(), *err, what, v) }

// panicAs returns the error that a panic of a message's own method is; err, if p is none.
func panicAs(p any, err error, what string, v any) error {
	if p == nil {
		return err
	}
	return fmt.Errorf("%w: %s %s: panic: %v", api.ErrSerialization, what, MessageType(v), p)
}

// MessageType is how an error names the type of a message, which may be behind a pointer.
func MessageType(v any) string { return strings.TrimPrefix(fmt.Sprintf("%T", v), "*") }
