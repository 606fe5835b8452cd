// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"unicode/utf8"
)

// plainStruct writes and reads a struct of plain fields as the CBOR serializer does: in one pass, and without looking for
// fields. What the serializer would not write for the type it leaves to the serializer.
type plainStruct struct{ fields []plainField }

// plainField is one field, in the order of the encoding.
type plainField struct {
	before []byte // what stands before its value: its key, and before the first the head of the map
	index  int
}

// read reads b into the struct that into points at. It reports false when the serializer must do it.
func (p *plainStruct) read(into any, b []byte) (ok bool) {
	v := reflect.ValueOf(into).Elem()
	for i := range p.fields {
		f := &p.fields[i]
		if b, ok = bytes.CutPrefix(b, f.before); !ok {
			return false
		}
		if b, ok = readPlain(v.Field(f.index), b); !ok {
			return false
		}
	}
	return len(b) == 0
}

// append appends v, a struct or a pointer to one. It reports false when the serializer must do it.
func (p *plainStruct) append(dst []byte, v any) (_ []byte, ok bool) {
	from := reflect.Indirect(reflect.ValueOf(v))
	if !from.IsValid() {
		return dst, false
	}
	for i := range p.fields {
		f := &p.fields[i]
		if dst, ok = appendPlain(append(dst, f.before...), from.Field(f.index)); !ok {
			return nil, false
		}
	}
	return dst, true
}

func appendPlain(dst []byte, v reflect.Value) (_ []byte, ok bool) {
	switch {
	case v.CanInt():
		if i := v.Int(); i < 0 {
			return appendHead(dst, cborNegative, uint64(^i)), true
		}
		return appendHead(dst, cborUnsigned, uint64(v.Int())), true
	case v.CanUint():
		return appendHead(dst, cborUnsigned, v.Uint()), true
	case v.Kind() == reflect.String:
		s := v.String()
		return append(appendHead(dst, cborText, uint64(len(s))), s...), utf8.ValidString(s)
	case v.Kind() == reflect.Bool && v.Bool():
		return append(dst, cborTrue), true
	case v.Kind() == reflect.Bool:
		return append(dst, cborFalse), true
	case v.IsNil():
		return append(dst, cborNull), true
	}
	b := v.Bytes()
	return append(appendHead(dst, cborBytes, uint64(len(b))), b...), true
}

// appendHead appends the shortest head of a value.
func appendHead(dst []byte, major byte, n uint64) []byte {
	major <<= 5
	switch {
	case n < 24:
		return append(dst, major|byte(n))
	case n <= 0xff:
		return append(dst, major|24, byte(n))
	case n <= 0xffff:
		return binary.BigEndian.AppendUint16(append(dst, major|25), uint16(n))
	case n <= 0xffff_ffff:
		return binary.BigEndian.AppendUint32(append(dst, major|26), uint32(n))
	}
	return binary.BigEndian.AppendUint64(append(dst, major|27), n)
}

// The first bytes of values, and the major types of CBOR.
const (
	cborFalse = 0xf4
	cborTrue  = 0xf5
	cborNull  = 0xf6

	cborUnsigned = 0
	cborNegative = 1
	cborBytes    = 2
	cborText     = 3
)

// readPlain reads the value at the front of b, and returns what is behind it.
func readPlain(v reflect.Value, b []byte) (rest []byte, ok bool) {
	if len(b) == 0 {
		return nil, false
	}
	switch b[0] {
	case cborFalse, cborTrue:
		if v.Kind() != reflect.Bool {
			return nil, false
		}
		v.SetBool(b[0] == cborTrue)
		return b[1:], true
	case cborNull:
		if v.Kind() != reflect.Slice {
			return nil, false
		}
		v.SetBytes(nil)
		return b[1:], true
	}
	major, n, rest, ok := plainHead(b)
	if !ok {
		return nil, false
	}
	switch v.Kind() {
	case reflect.String, reflect.Slice:
		if n > uint64(len(rest)) {
			return nil, false
		}
		return rest[n:], setBytes(v, major, rest[:n])
	}
	return rest, setNumber(v, major, n)
}

// setBytes sets a string or a slice of bytes.
func setBytes(v reflect.Value, major byte, b []byte) (ok bool) {
	switch {
	case major == cborText && v.Kind() == reflect.String && utf8.Valid(b):
		v.SetString(string(b))
	case major == cborBytes && v.Kind() == reflect.Slice:
		v.SetBytes(append(make([]byte, 0, len(b)), b...))
	default:
		return false
	}
	return true
}

// setNumber sets an integer that is large enough for it.
func setNumber(v reflect.Value, major byte, n uint64) (ok bool) {
	switch {
	case v.CanInt() && n <= 1<<63-1 && (major == cborUnsigned || major == cborNegative):
		i := int64(n)
		if major == cborNegative {
			i = ^i
		}
		if v.OverflowInt(i) {
			return false
		}
		v.SetInt(i)
	case v.CanUint() && major == cborUnsigned && !v.OverflowUint(n):
		v.SetUint(n)
	default:
		return false
	}
	return true
}

// plainHead reads the head of a value: its major type and its number, which is the value or how long it is.
func plainHead(b []byte) (major byte, n uint64, rest []byte, ok bool) {
	major, short := b[0]>>5, b[0]&31
	b = b[1:]
	switch {
	case short < 24:
		return major, uint64(short), b, true
	case short == 24 && len(b) >= 1:
		return major, uint64(b[0]), b[1:], true
	case short == 25 && len(b) >= 2:
		return major, uint64(binary.BigEndian.Uint16(b)), b[2:], true
	case short == 26 && len(b) >= 4:
		return major, uint64(binary.BigEndian.Uint32(b)), b[4:], true
	case short == 27 && len(b) >= 8:
		return major, binary.BigEndian.Uint64(b), b[8:], true
	}
	return 0, 0, nil, false
}
