// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"errors"
	"testing"
)

// TestArraysAllocateWhatTheirBytesAllow: a count as large as the bytes behind it
// allow, with elements that run out, costs a few times those bytes.
func TestArraysAllocateWhatTheirBytesAllow(t *testing.T) {
	const size = 1 << 20
	b := append(AppendInt32(nil, size), make([]byte, size)...)
	for name, read := range map[string]func(*FieldReader){
		"strings":     func(r *FieldReader) { r.Strings() },
		"int32s":      func(r *FieldReader) { r.Int32s() },
		"int64s":      func(r *FieldReader) { r.Int64s() },
		"int32 lists": func(r *FieldReader) { r.Int32Lists() },
		"bitmaps":     func(r *FieldReader) { r.Bitmaps() },
	} {
		r := FieldReader{b: b}
		if got := allocated(func() { read(&r) }); got > 7*size {
			t.Errorf("%s: %d bytes allocated", name, got)
		}
		if r.Err() == nil || name != "bitmaps" && !errors.Is(r.Err(), ErrShort) {
			t.Errorf("%s: %v", name, r.Err())
		}
	}
}

// TestFirstMistakeStays: reading on after a mistake returns zero values and keeps
// the mistake.
func TestFirstMistakeStays(t *testing.T) {
	r := FieldReader{b: []byte{1, 2, 3}}
	r.Int32()
	first := r.Err()
	r.Fail(errors.New("second"))
	if r.Int64() != 0 || r.String() != "" || r.Strings() != nil || r.Bool() || r.Rest() != nil || !errors.Is(r.Err(), first) {
		t.Errorf("%v, first %v", r.Err(), first)
	}
	var short *ShortError
	if !errors.As(first, &short) || short.Offset != 0 || short.Need != 4 || short.Have != 3 {
		t.Error(first)
	}
}
