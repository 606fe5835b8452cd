// SPDX-License-Identifier: Apache-2.0

package codec

import "unsafe"

// plainStruct writes and reads a struct of plain fields as the CBOR serializer does: in one pass, and without looking for
// fields. What the serializer would not write for the type it leaves to the serializer.
type plainStruct struct{ fields []plainField }

// plainField is one field, in the order of the encoding. It is found by where it is in the struct, for reflection costs
// more than all else that is done with it.
type plainField struct {
	plainKey
	kind   plainKind
	size   uint8 // of a number, in bytes
	offset uintptr
}

type plainKind uint8

const (
	plainSigned plainKind = iota + 1
	plainUnsigned
	plainBool
	plainText
	plainBytes
)

// read reads b into the struct that into points at, whose texts and bytes are in memory of own. It reports false when the
// serializer must do it.
func (p *plainStruct) read(into any, b []byte, own *OwnMemory) (ok bool) {
	at := valueWord(into)
	for i := range p.fields {
		f := &p.fields[i]
		var head plainHead
		if head, b, ok = f.read(b); !ok {
			return false
		}
		to := unsafe.Add(at, f.offset)
		switch f.kind {
		case plainSigned, plainUnsigned:
			if !f.setNumber(to, head) {
				return false
			}
		case plainText, plainBytes:
			if b, ok = f.setBytes(to, head, b, own); !ok {
				return false
			}
		default:
			if head.major != cborSimple || head.n != simpleFalse && head.n != simpleTrue {
				return false
			}
			*(*bool)(to) = head.n == simpleTrue
		}
	}
	return len(b) == 0
}

// setBytes sets the text or the slice of bytes at p to the front of b, and returns what is behind that.
func (f *plainField) setBytes(p unsafe.Pointer, head plainHead, b []byte, own *OwnMemory) (rest []byte, ok bool) {
	if f.kind == plainBytes && head.major == cborSimple && head.n == simpleNull {
		*(*[]byte)(p) = nil
		return b, true
	}
	n := head.n
	if n > uint64(len(b)) {
		return nil, false
	}
	value := b[:n]
	switch {
	case f.kind == plainBytes && head.major == cborBytes:
		*(*[]byte)(p) = own.field(value)
	case f.kind == plainText && head.major == cborText && isText(value):
		value = own.field(value)
		*(*string)(p) = unsafe.String(unsafe.SliceData(value), len(value)) // nobody else gets these bytes
	default:
		return nil, false
	}
	return b[n:], true
}

// append appends v, a struct or a pointer to one. It reports false when the serializer must do it.
func (p *plainStruct) append(dst []byte, v any) (_ []byte, ok bool) {
	at := valueWord(v) // to the struct, also of a struct: none has but one field that is a pointer
	if at == nil {
		return dst, false
	}
	for i := range p.fields {
		f := &p.fields[i]
		switch from := unsafe.Add(at, f.offset); f.kind {
		case plainSigned, plainUnsigned:
			dst = f.append(dst, f.number(from))
		case plainText:
			s := *(*string)(from)
			if !isText(unsafe.Slice(unsafe.StringData(s), len(s))) {
				return nil, false
			}
			dst = append(f.append(dst, plainHead{cborText, uint64(len(s))}), s...)
		case plainBytes:
			if b := *(*[]byte)(from); b != nil {
				dst = append(f.append(dst, plainHead{cborBytes, uint64(len(b))}), b...)
			} else {
				dst = f.append(dst, plainHead{cborSimple, simpleNull})
			}
		default:
			dst = f.append(dst, plainHead{cborSimple, simpleFalse + uint64(*(*uint8)(from))})
		}
	}
	return dst, true
}
