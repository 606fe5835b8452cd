// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"encoding"
	"errors"
	"reflect"

	"github.com/fxamacker/cbor/v2"

	"github.com/twinwire/twinwire/api"
)

// maxDepth bounds how deep a value is followed by the encoder. It is far more than any decoder here reads: a value that is
// deeper contains itself, which the encoder would follow until the process dies.
const maxDepth = 1000

var errTooDeep = errors.New("it contains itself, or is nested too deep")

// appendCBOR has s, which writes CBOR, append a value of the type.
func (info *typeInfo) appendCBOR(s api.Serializer, dst []byte, v any) ([]byte, error) {
	if info.nests && tooDeep(reflect.ValueOf(v), maxDepth) {
		return dst, errTooDeep
	}
	return s.Append(dst, v)
}

// canNest reports whether a value of type t may contain itself: by an interface, or by a type that holds its own.
func canNest(t reflect.Type) bool { return nests(t, map[reflect.Type]bool{}) }

// nests is canNest; seen are the types that were looked at, with whether they are above t.
func nests(t reflect.Type, seen map[reflect.Type]bool) bool {
	if above, known := seen[t]; known {
		return above
	}
	if t.Kind() == reflect.Interface {
		return true
	}
	seen[t] = true
	defer func() { seen[t] = false }()
	if hasOwnEncoding(t) {
		return false
	}
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return nests(t.Elem(), seen)
	case reflect.Map:
		return nests(t.Key(), seen) || nests(t.Elem(), seen)
	case reflect.Struct:
		for f := range t.Fields() {
			if travels(f) && nests(f.Type, seen) {
				return true
			}
		}
	}
	return false
}

// hasOwnEncoding reports whether the encoder leaves values of type t to their own methods.
func hasOwnEncoding(t reflect.Type) bool {
	p := t
	if t.Kind() != reflect.Pointer {
		p = reflect.PointerTo(t)
	}
	return p.NumMethod() > 0 && (p.Implements(reflect.TypeFor[cbor.Marshaler]()) ||
		p.Implements(reflect.TypeFor[encoding.BinaryMarshaler]()) || p.Implements(reflect.TypeFor[encoding.TextMarshaler]()))
}

// travels reports whether the encoder looks at a field.
func travels(f reflect.StructField) bool {
	tag, ok := f.Tag.Lookup("cbor")
	if !ok {
		tag = f.Tag.Get("json")
	}
	return (f.IsExported() || f.Anonymous) && tag != "-"
}

// tooDeep reports whether v is nested deeper than that.
func tooDeep(v reflect.Value, most int) bool {
	if most < 0 {
		return true
	}
	switch v.Kind() {
	case reflect.Interface:
		return !v.IsNil() && tooDeep(v.Elem(), most-1)
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map, reflect.Struct:
		return !hasOwnEncoding(v.Type()) && partsTooDeep(v, most-1)
	}
	return false
}

func partsTooDeep(v reflect.Value, most int) bool {
	switch v.Kind() {
	case reflect.Pointer:
		return !v.IsNil() && tooDeep(v.Elem(), most)
	case reflect.Struct:
		for f, part := range v.Fields() {
			if travels(f) && tooDeep(part, most) {
				return true
			}
		}
	case reflect.Map:
		for key, part := range v.Seq2() {
			if tooDeep(key, most) || tooDeep(part, most) {
				return true
			}
		}
	default:
		if isFlat(v.Type().Elem().Kind()) {
			return false
		}
		for i := range v.Len() {
			if tooDeep(v.Index(i), most) {
				return true
			}
		}
	}
	return false
}

// isFlat reports whether values of a kind contain no others.
func isFlat(k reflect.Kind) bool { return k < reflect.Array || k == reflect.String }
