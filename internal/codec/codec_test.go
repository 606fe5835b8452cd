// SPDX-License-Identifier: Apache-2.0

package codec_test

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/codec"
)

type order struct {
	ID    int64
	Items map[string][]byte
	At    time.Time
	For   time.Duration
	Next  *order
	Ref   api.RpcEndpointRef
	Refs  map[string]api.RpcEndpointRef
}

// point encodes itself.
type point struct{ X, Y int32 }

func (p point) AppendBinary(b []byte) ([]byte, error) {
	return binary.BigEndian.AppendUint64(b, uint64(uint32(p.X))<<32|uint64(uint32(p.Y))), nil
}

func (p *point) UnmarshalBinary(b []byte) error {
	if len(b) != 8 {
		return io.ErrUnexpectedEOF
	}
	v := binary.BigEndian.Uint64(b)
	p.X, p.Y = int32(v>>32), int32(v)
	return nil
}

type failure struct {
	Code int
	Why  string
}

func (e *failure) Error() string { return e.Why }

// noLimit is for failures of any size.
const noLimit = 1 << 30

func newCodec(t testing.TB) *codec.Codec {
	c, err := codec.New(nil, []any{order{}, point{}})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// roundTrip encodes v and decodes it as an untyped endpoint would.
func roundTrip(t rapid.TB, c *codec.Codec, v any, bind codec.Binder) any {
	b, err := c.AppendValue(nil, v)
	if err != nil {
		t.Fatal(err)
	}
	again, err := c.AppendValue(nil, v)
	if err != nil || !bytes.Equal(b, again) {
		t.Fatalf("the same value, other bytes: %x, %x, %v", b, again, err)
	}
	var parsed codec.Value
	if err := parsed.Parse(b); err != nil {
		t.Fatal(err)
	}
	got, err := c.DecodeMessage(&parsed, nil, bind)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

func TestValuesRoundTrip(t *testing.T) {
	c := newCodec(t)
	rapid.Check(t, func(t *rapid.T) {
		v := order{
			ID:    rapid.Int64().Draw(t, "id"),
			Items: rapid.MapOf(rapid.String(), rapid.SliceOfN(rapid.Byte(), 1, 9)).Draw(t, "items"),
			At:    time.Unix(rapid.Int64Range(0, 4e9).Draw(t, "s"), rapid.Int64Range(0, 999_999_999).Draw(t, "ns")).UTC(),
			For:   time.Duration(rapid.Int64().Draw(t, "for")),
		}
		if rapid.Bool().Draw(t, "next") {
			v.Next = &order{ID: 7, Items: map[string][]byte{}, At: v.At}
		}
		if diff := cmp.Diff(v, roundTrip(t, c, v, nil), cmp.AllowUnexported(api.RpcEndpointRef{}), cmp.Comparer(sameItems)); diff != "" {
			t.Fatal(diff)
		}
		p := point{rapid.Int32().Draw(t, "x"), rapid.Int32().Draw(t, "y")}
		if got := roundTrip(t, c, p, nil); got != p {
			t.Fatal(got)
		}
		if got := roundTrip(t, c, &p, nil); got != p {
			t.Fatal("by pointer:", got)
		}
	})
	for _, v := range []any{nil, true, "text", 42, int64(-1), []byte{1, 2}, 1.5} {
		if diff := cmp.Diff(v, roundTrip(t, c, v, nil)); diff != "" {
			t.Error(diff)
		}
	}
}

// sameItems takes nil for an empty map, as CBOR does.
func sameItems(a, b map[string][]byte) bool {
	return len(a) == len(b) && fmt.Sprint(a) == fmt.Sprint(b)
}

type binderFunc func(api.RpcEndpointAddress) api.RpcEndpointRef

func (f binderFunc) Bind(a api.RpcEndpointAddress) api.RpcEndpointRef { return f(a) }

func TestReferencesAreBound(t *testing.T) {
	c := newCodec(t)
	a := api.RpcEndpointAddress{Name: "x", Address: api.NewRpcAddress("h", 1)}
	ref := api.NewRpcEndpointRef(a, nil)
	v := order{Ref: ref, Refs: map[string]api.RpcEndpointRef{"k": ref}, Next: &order{Ref: ref}}
	var bound []string
	got := roundTrip(t, c, v, binderFunc(func(a api.RpcEndpointAddress) api.RpcEndpointRef {
		bound = append(bound, a.String())
		return api.NewRpcEndpointRef(api.RpcEndpointAddress{Name: "bound"}, nil)
	})).(order)
	if len(bound) != 3 || got.Ref.Name() != "bound" || got.Refs["k"].Name() != "bound" || got.Next.Ref.Name() != "bound" {
		t.Errorf("bound %v: %+v", bound, got)
	}
}

func TestFailuresKeepTheirChain(t *testing.T) {
	c := newCodec(t)
	sentinel := errors.New("a state")
	err := fmt.Errorf("outer: %w", errors.Join(io.EOF, fmt.Errorf("inner: %w", &failure{Code: 3, Why: "a fact"}), sentinel))
	for range 2 { // the second time as a failure that is passed on
		var v codec.Value
		perr := v.Parse(c.AppendFailure(nil, err, noLimit))
		if perr != nil {
			t.Fatal(perr)
		}
		remote := c.RemoteError(api.RpcAddress{}, v.Failure)
		if remote.Error() != err.Error() || !errors.Is(remote, io.EOF) || !errors.Is(remote, sentinel) || errors.Is(remote, io.ErrUnexpectedEOF) {
			t.Errorf("chain %+v", remote.Chain)
		}
		var f *failure
		if !errors.As(remote, &f) || f.Code != 3 || f.Why != "a fact" {
			t.Errorf("typed error: %+v", f)
		}
		if other, ok := errors.AsType[*api.TimeoutError](remote); ok {
			t.Errorf("found a %+v that is not there", other)
		}
		err = remote
	}
	timeout := c.RemoteError(api.RpcAddress{}, mustParse(t, c.AppendFailure(nil, fmt.Errorf("x: %w", &api.TimeoutError{Op: "ask", Setting: "s"}), noLimit)).Failure)
	if !errors.Is(timeout, api.ErrTimeout) {
		t.Error("a remote timeout is not one")
	}
}

func mustParse(t *testing.T, b []byte) codec.Value {
	t.Helper()
	var v codec.Value
	err := v.Parse(b)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestRepliesIntoTheirTypes(t *testing.T) {
	c := newCodec(t)
	b, err := c.AppendValue(nil, point{1, 2})
	if err != nil {
		t.Fatal(err)
	}
	v := mustParse(t, b)
	var p point
	var pp *point
	var dynamic any
	var wrong order
	if err := c.DecodeReply(&v, &p, nil); err != nil || p != (point{1, 2}) {
		t.Error(p, err)
	}
	if err := c.DecodeReply(&v, &pp, nil); err != nil || *pp != (point{1, 2}) {
		t.Error(pp, err)
	}
	if err := c.DecodeReply(&v, &dynamic, nil); err != nil || dynamic != (point{1, 2}) {
		t.Error(dynamic, err)
	}
	if err := c.DecodeReply(&v, nil, nil); err != nil {
		t.Error(err)
	}
	for _, into := range []any{&wrong, p} {
		if err := c.DecodeReply(&v, into, nil); !errors.Is(err, api.ErrSerialization) {
			t.Errorf("into %T: %v", into, err)
		}
	}
}

func TestUnencodableIsAnError(t *testing.T) {
	if _, err := newCodec(t).AppendValue(nil, make(chan int)); !errors.Is(err, api.ErrSerialization) {
		t.Error(err)
	}
}

func FuzzContent(f *testing.F) {
	c := newCodec(f)
	for _, v := range []any{nil, "x", point{1, 2}, order{ID: 1, Items: map[string][]byte{"a": {1}}, Ref: api.NewRpcEndpointRef(api.RpcEndpointAddress{Name: "n"}, nil)}} {
		b, err := c.AppendValue(nil, v)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add(c.AppendFailure(nil, fmt.Errorf("x: %w", &failure{Code: 1, Why: "y"}), noLimit))
	f.Fuzz(func(t *testing.T, b []byte) {
		var v codec.Value
		err := v.Parse(b)
		if err != nil {
			if !errors.Is(err, api.ErrSerialization) {
				t.Fatal(err)
			}
			return
		}
		if v.Failure != nil {
			if again := mustParse(t, c.AppendFailure(nil, c.RemoteError(api.RpcAddress{}, v.Failure), noLimit)); cmp.Diff(v.Failure, again.Failure) != "" {
				t.Fatal(cmp.Diff(v.Failure, again.Failure))
			}
			return
		}
		m, err := c.DecodeMessage(&v, nil, nil)
		if err != nil || m == nil {
			return
		}
		if _, err := c.AppendValue(nil, m); err != nil {
			t.Fatalf("decoded %#v, which cannot be encoded: %v", m, err)
		}
	})
}

// TestProtocolExamples: the bytes of PROTOCOL.md, section 7.
func TestProtocolExamples(t *testing.T) {
	c := newCodec(t)
	for want, got := range map[string][]byte{
		"00":                       must(c.AppendValue(nil, nil)),
		"010006737472696e67626869": must(c.AppendValue(nil, "hi")),
		"020100000013" + "2a6572726f72732e6572726f72537472696e67" + "000000026e6f00": c.AppendFailure(nil, errors.New("no"), noLimit),
	} {
		if fmt.Sprintf("%x", got) != want {
			t.Errorf("%x, want %s", got, want)
		}
	}
}

func must(b []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return b
}
