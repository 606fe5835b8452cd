// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"bytes"
	"encoding"
	"reflect"
	"slices"

	"github.com/fxamacker/cbor/v2"
)

// plain returns what writes and reads structs of type t, nil when they are not plain. Which field stands where it learns from what
// the serializer writes: so it needs to know nothing of tags.
func (s *cborSerializer) plain(t reflect.Type) *plainStruct {
	if t.Kind() != reflect.Struct || t.NumField() == 0 || hasOwnForm(t) {
		return nil
	}
	p := &plainStruct{fields: make([]plainField, t.NumField())}
	zero, err := s.Append(nil, reflect.Zero(t).Interface())
	if err != nil {
		return nil
	}
	starts, order := make([]int, t.NumField()), make([]int, t.NumField()) // of fields' values in zero, and fields by that
	for i := range t.NumField() {
		at, ok := s.place(t, i, zero)
		if !ok {
			return nil
		}
		starts[i], order[i] = at, i
	}
	slices.SortFunc(order, func(a, b int) int { return starts[a] - starts[b] })
	from := 0
	for n, i := range order {
		if starts[i] < from {
			return nil
		}
		p.fields[n] = plainFieldOf(t.Field(i), zero[from:starts[i]])
		from = starts[i] + 1
	}
	if from != len(zero) || !s.reads(p, t) {
		return nil
	}
	return p
}

// plainFieldOf is a field that can be marked.
func plainFieldOf(f reflect.StructField, before []byte) plainField {
	p := plainField{plainKey: plainKeyOf(before), offset: f.Offset, size: uint8(f.Type.Size())}
	switch k := f.Type.Kind(); {
	case k == reflect.Bool:
		p.kind = plainBool
	case k == reflect.String:
		p.kind = plainText
	case k == reflect.Slice:
		p.kind = plainBytes
	case k >= reflect.Uint && k <= reflect.Uint64:
		p.kind = plainUnsigned
	default:
		p.kind = plainSigned
	}
	return p
}

// place is where in zero, the encoding of a zero value, the value of field i is. Zero values are of one byte each.
func (s *cborSerializer) place(t reflect.Type, i int, zero []byte) (at int, ok bool) {
	v := reflect.New(t).Elem()
	if !t.Field(i).IsExported() || t.Field(i).Anonymous || !mark(v.Field(i)) {
		return 0, false
	}
	b, err := s.Append(nil, v.Interface())
	if err != nil || len(b) < len(zero) {
		return 0, false
	}
	for at < len(zero) && b[at] == zero[at] {
		at++
	}
	grown := len(b) - len(zero)
	return at, at < len(zero) && bytes.Equal(b[at+1+grown:], zero[at+1:])
}

// mark sets a field to something that is not zero. It reports false when the field is not plain.
func mark(v reflect.Value) bool {
	switch {
	case v.Type().PkgPath() != "":
		return false
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanInt():
		v.SetInt(1)
	case v.CanUint() && v.Kind() != reflect.Uintptr:
		v.SetUint(1)
	case v.Kind() == reflect.String:
		v.SetString("1")
	case v.Type() == reflect.TypeFor[[]byte]():
		v.SetBytes([]byte{1})
	default:
		return false
	}
	return true
}

// reads reports whether p reads what the serializer writes for a struct in which every field is set.
func (s *cborSerializer) reads(p *plainStruct, t reflect.Type) bool {
	v, got := reflect.New(t), reflect.New(t)
	for i := range t.NumField() {
		mark(v.Elem().Field(i))
	}
	b, err := s.Append(nil, v.Elem().Interface())
	return err == nil && p.read(got.Interface(), b, nil) && reflect.DeepEqual(got.Interface(), v.Interface())
}

// hasOwnForm reports whether the serializer leaves it to values of type t to write or read themselves.
func hasOwnForm(t reflect.Type) bool {
	p := reflect.PointerTo(t)
	return hasOwnEncoding(t) || p.Implements(reflect.TypeFor[cbor.Unmarshaler]()) ||
		p.Implements(reflect.TypeFor[encoding.BinaryUnmarshaler]()) || p.Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}
