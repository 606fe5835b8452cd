// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"math"
	"math/rand/v2"
	"reflect"
	"testing"
)

type numbered struct {
	ID   int64  `cbor:"1,keyasint"`
	Name string `cbor:"2,keyasint"`
	Data []byte `cbor:"3,keyasint"`
}

type named struct {
	Small            int8
	Zebra            uint16 `cbor:"a"`
	Ok               bool   `json:"fine"`
	Wide             uint64
	AFieldOfLongName int32
	Text             string
	Bytes            []byte
}

// drawn returns a value of type t whose fields are near the edges.
func drawn(r *rand.Rand, t reflect.Type) reflect.Value {
	v := reflect.New(t).Elem()
	n := []uint64{0, 1, 23, 24, 255, 256, 65535, 65536, 1 << 32, 1<<63 - 1, 1 << 63, math.MaxUint64}[r.IntN(12)]
	text := []string{"", "n", "äöü", "twenty-four bytes of text", "\xff"}[r.IntN(5)]
	for i := range t.NumField() {
		switch f := v.Field(i); {
		case f.CanInt():
			f.SetInt(int64(n)) // cut off
		case f.CanUint():
			f.SetUint(n)
		case f.Kind() == reflect.Bool:
			f.SetBool(n&1 == 1)
		case f.Kind() == reflect.String:
			f.SetString(text)
		case r.IntN(4) > 0:
			f.SetBytes([]byte(text))
		}
	}
	return v
}

// TestPlainStruct: what is plain is written as the serializer writes it, and read from that as the serializer reads it; from
// other bytes nothing else is read than the serializer does.
func TestPlainStruct(t *testing.T) {
	own, err := CBOR()
	if err != nil {
		t.Fatal(err)
	}
	s := own.(*cborSerializer)
	r := rand.New(rand.NewPCG(1, 2))
	for _, typ := range []reflect.Type{reflect.TypeFor[numbered](), reflect.TypeFor[named]()} {
		p := s.plain(typ)
		if p == nil {
			t.Fatalf("%v is not plain", typ)
		}
		read := 0
		var memory OwnMemory
		for range 20_000 {
			v := drawn(r, typ)
			b, err := s.Append(nil, v.Interface())
			if _, ok := p.append(nil, v.Interface()); err != nil || !ok {
				continue // a text that is none
			}
			if out, ok := p.append([]byte("x"), v.Interface()); !ok || string(out) != "x"+string(b) {
				t.Fatalf("%+v is written as %x, %v, want %x", v, out, ok, b)
			}
			if r.IntN(4) > 0 {
				b[r.IntN(len(b))] = byte(r.Uint32())
			}
			if r.IntN(8) == 0 {
				b = b[:r.IntN(len(b)+1)]
			}
			got, want := reflect.New(typ), reflect.New(typ)
			if !p.read(got.Interface(), b, &memory) {
				continue
			}
			read++
			if err := s.Decode(b, want.Interface()); err != nil {
				t.Fatalf("%x is read as %+v, but: %v", b, got.Elem(), err)
			}
			if !reflect.DeepEqual(got.Interface(), want.Interface()) {
				t.Fatalf("%x is read as %+v, want %+v", b, got.Elem(), want.Elem())
			}
		}
		if read < 5_000 {
			t.Errorf("%v: %d of 20,000 were read", typ, read)
		}
	}
}

type text string

type ownForm struct{ N int }

func (*ownForm) UnmarshalText([]byte) error { return nil }

// TestOthersAreNotPlain: what the serializer treats otherwise is left to it.
func TestOthersAreNotPlain(t *testing.T) {
	own, err := CBOR()
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []any{
		0, struct{}{}, ownForm{}, struct{ T text }{}, struct{ F float64 }{}, struct{ P *int }{}, struct{ numbered }{}, struct{ A, b int }{},
		struct {
			A, B int `cbor:",omitempty"`
		}{},
		struct {
			N int `cbor:"-"`
			M int
		}{},
		struct {
			_ struct{} `cbor:",toarray"`
			N int
		}{},
	} {
		if own.(*cborSerializer).plain(reflect.TypeOf(v)) != nil {
			t.Errorf("%T is plain", v)
		}
	}
}

// FuzzPlainStruct: of any bytes, what is read in one pass is what the serializer reads.
func FuzzPlainStruct(f *testing.F) {
	own, err := CBOR()
	if err != nil {
		f.Fatal(err)
	}
	s := own.(*cborSerializer)
	types := []reflect.Type{reflect.TypeFor[numbered](), reflect.TypeFor[named]()}
	r := rand.New(rand.NewPCG(3, 4))
	for i := range 20 {
		b, err := s.Append(nil, drawn(r, types[i%2]).Interface())
		if err == nil {
			f.Add(b)
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var memory OwnMemory
		for _, typ := range types {
			got, want := reflect.New(typ), reflect.New(typ)
			if !s.plain(typ).read(got.Interface(), b, &memory) {
				continue
			}
			if err := s.Decode(b, want.Interface()); err != nil || !reflect.DeepEqual(got.Interface(), want.Interface()) {
				t.Errorf("%x is read as %+v, want %+v, %v", b, got.Elem(), want.Elem(), err)
			}
		}
	})
}
