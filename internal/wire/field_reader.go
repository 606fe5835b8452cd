// SPDX-License-Identifier: Apache-2.0

package wire

import "encoding/binary"

// FieldReader reads the fields of one message in order. The first mistake
// stays: every later read returns zero values, so a parser reads all its fields
// and asks Err once. Follows Encoders.
//
// What Bytes and Rest return aliases the message; strings are copies.
type FieldReader struct {
	b   []byte
	off int
	err error
}

// NewFieldReader reads payload, whose first byte is the message's type. A type
// other than want is an error.
func NewFieldReader(payload []byte, want int8) FieldReader {
	r := FieldReader{b: payload}
	if t := int8(r.Byte()); t != want && r.err == nil {
		r.err = &TypeError{Type: t, Want: want}
	}
	return r
}

// Err is the first mistake found, nil when every field was there. Bytes that
// nobody read are no mistake: Spark does not check them either.
func (r *FieldReader) Err() error { return r.err }

// Fail records a mistake that the caller found in a field's value, unless an
// earlier one is known.
func (r *FieldReader) Fail(err error) {
	if r.err == nil {
		r.err = err
	}
}

// Left is how many bytes have not been read.
func (r *FieldReader) Left() int { return len(r.b) - r.off }

// take is the next n bytes, nil when they are not all there.
func (r *FieldReader) take(n int) []byte {
	if r.err != nil {
		return nil
	}
	if r.Left() < n {
		r.err = &ShortError{Offset: r.off, Need: n, Have: len(r.b)}
		return nil
	}
	r.off += n
	return r.b[r.off-n : r.off : r.off]
}

// Byte reads one byte.
func (r *FieldReader) Byte() byte {
	if b := r.take(1); b != nil {
		return b[0]
	}
	return 0
}

// Bool reads one byte; anything but 0 is true.
func (r *FieldReader) Bool() bool { return r.Byte() != 0 }

// Int32 reads four bytes, big-endian.
func (r *FieldReader) Int32() int32 {
	if b := r.take(4); b != nil {
		return int32(binary.BigEndian.Uint32(b))
	}
	return 0
}

// Int64 reads eight bytes, big-endian.
func (r *FieldReader) Int64() int64 {
	if b := r.take(8); b != nil {
		return int64(binary.BigEndian.Uint64(b))
	}
	return 0
}

// Count reads the int32 in front of a string or an array: 0 ≤ count ≤ bytes
// left, else a *CountError.
func (r *FieldReader) Count() int {
	n := r.Int32()
	if r.err != nil {
		return 0
	}
	if n < 0 || int(n) > r.Left() {
		r.err = &CountError{Count: n, Left: r.Left()}
		return 0
	}
	return int(n)
}

// Bytes reads a count and that many bytes, which alias the message. Empty bytes
// are not nil.
func (r *FieldReader) Bytes() []byte { return r.take(r.Count()) }

// Rest is everything not read yet, which aliases the message.
func (r *FieldReader) Rest() []byte { return r.take(r.Left()) }

// String reads a count and that many bytes of UTF-8, in which malformed
// sequences are replaced as Java replaces them.
func (r *FieldReader) String() string { return decodeText(r.Bytes()) }
