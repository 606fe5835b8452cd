// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"encoding"
	"fmt"
	"reflect"
	"strings"
	"sync/atomic"
	"unsafe"

	"github.com/twinwire/twinwire/api"
)

// typeInfo is what is known of a type of messages, found out once. A message and a pointer to it are the same on the
// wire.
type typeInfo struct {
	// What each message looks at stands together.
	word    unsafe.Pointer          // of its values: see typeWord
	head    []byte                  // what stands before the payload: kind, format, name
	appends encoding.BinaryAppender // a value of it, if one encodes itself and can travel: see with
	reads   api.PartsReader         // likewise, if it is a pointer to what reads itself in parts and holds no references
	direct  bool                    // a pointer to what a reply with that head can be read into
	pointer bool
	self    bool         // it encodes and reads itself, whatever the serializer
	refs    bool         // it can hold references
	nests   bool         // it can contain itself
	plain   *plainStruct // what writes and reads it, in place of the serializer; may be nil
	bad     error        // why nothing of this type can travel, if so

	name       string
	serializer api.Serializer // what does so otherwise
	format     string         // the serializer's name as it travels; empty for CBOR and for what encodes itself
	inner      *typeInfo      // of a pointer's type: what it points at
}

// target is what is read where a pointer of that type points: of a message type that is itself a pointer, that.
func (info *typeInfo) target() *typeInfo {
	if info.inner.pointer {
		return info.inner
	}
	return info
}

// info returns what is known of t.
func (c *Codec) info(t reflect.Type) *typeInfo { return c.known.of(t, c.findOut) }

// lastType remembers the type that was last asked for in one place, where it is mostly the same again.
type lastType struct{ last atomic.Pointer[typeInfo] }

// known is info if that is known, else nil.
func (l *lastType) known(v any) *typeInfo {
	if last := l.last.Load(); last != nil && last.word == typeWord(v) {
		return last
	}
	return nil
}

// info is Codec.info of what v is.
func (l *lastType) info(c *Codec, v any) *typeInfo {
	if last := l.known(v); last != nil {
		return last
	}
	info := c.info(reflect.TypeOf(v))
	l.last.Store(info)
	return info
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

// with is v as what alike is, a value of the same type. To have v asserted to be one takes a search.
func with[I any](alike I, v any) I {
	(*[2]unsafe.Pointer)(unsafe.Pointer(&alike))[1] = valueWord(v) //nolint:gosec // an interface holds its value behind what is of the type
	return alike
}

func (c *Codec) findOut(t reflect.Type) *typeInfo {
	zero := reflect.Zero(t).Interface()
	info := &typeInfo{word: typeWord(zero), serializer: c.serializer, refs: canHoldRef(t)}
	info.name, info.bad = wireName(t)
	message := t
	if t.Kind() == reflect.Pointer {
		message = t.Elem()
		info.pointer = true
		info.inner = c.info(message)
	}
	info.self, info.nests = encodesItself(message), canNest(message)
	switch {
	case info.self:
	case c.format != "" && t.Implements(reflect.TypeFor[CBORMessage]()):
		info.serializer = c.cbor
	default:
		info.format = c.format
	}
	if s, ok := info.serializer.(*cborSerializer); ok && !info.self {
		info.plain = s.plain(message)
	}
	if info.format != "" {
		info.head = append(append(info.head, kindFormat, byte(len(info.format))), info.format...)
	} else {
		info.head = append(info.head, kindValue)
	}
	info.head = append(append(info.head, byte(len(info.name)>>8), byte(len(info.name))), info.name...)
	if info.pointer && info.inner.self && !info.refs {
		info.reads, _ = zero.(api.PartsReader)
	}
	if info.self && info.bad == nil {
		info.appends, _ = zero.(encoding.BinaryAppender)
	}
	info.direct = info.pointer && !info.inner.pointer && message.Kind() != reflect.Interface && info.bad == nil && info.name == info.inner.name
	return info
}

// maxName bounds a type's name on the wire, in bytes.
const maxName = 1<<16 - 1

// wireName is the name of a message's type on the wire.
func wireName(t reflect.Type) (name string, bad error) {
	zero := reflect.Zero(t).Interface()
	defer recoverAs(&bad, "name", zero)
	if name = strings.TrimPrefix(api.WireNameOf(zero), "*"); len(name) > maxName {
		return "", fmt.Errorf("%w: type name of %d bytes", api.ErrSerialization, len(name))
	}
	return name, nil
}

// encodesItself reports whether messages of type t append and read themselves.
func encodesItself(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return p.Implements(reflect.TypeFor[encoding.BinaryAppender]()) && p.Implements(reflect.TypeFor[encoding.BinaryUnmarshaler]())
}
