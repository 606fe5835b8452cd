// SPDX-License-Identifier: Apache-2.0

package codec_test

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/codec"
	"github.com/twinwire/twinwire/netty"
)

func TestDefaultSerializerKeepsTheContract(t *testing.T) {
	s, err := codec.CBOR()
	if err != nil {
		t.Fatal(err)
	}
	o := order{ID: -1, Items: map[string][]byte{"z": nil, "a": {1}, "m": {}, "bb": {2}, "c": {3}}, At: time.Unix(1, 2).UTC(), For: time.Second, Next: &order{}}
	if err := api.CheckSerializer(t.Context(), netty.NewRuntime(), s, o, 7, "text", []byte{1}, map[int]string{3: "c", 1: "a", 2: "b"}); err != nil {
		t.Error(err)
	}
}

// question is a message of the stack's own.
type question struct {
	codec.AlwaysCBOR

	Name string
}

func (question) WireName() string { return "q" }

func TestBytesOfFormats(t *testing.T) {
	for _, c := range []struct {
		serializer api.Serializer
		message    any
		want       string
	}{
		{nil, question{Name: "e"}, "\x01\x00\x01q\xa1\x64Name\x61e"},
		{api.JSONSerializer(), question{Name: "e"}, "\x01\x00\x01q\xa1\x64Name\x61e"},
		{nil, "hi", "\x01\x00\x06string\x62hi"},
		{api.JSONSerializer(), "hi", "\x03\x04json\x00\x06string\"hi\""},
		{api.RawSerializer(), "hi", "\x03\x03raw\x00\x06stringhi"},
		{api.JSONSerializer(), nil, "\x00"},
	} {
		codec, err := codec.New(c.serializer, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := codec.AppendValue(nil, c.message); err != nil || string(got) != c.want {
			t.Errorf("%v: %q, %v; want %q", c.message, got, err, c.want)
		}
	}
}

// panicky is an error whose methods panic.
type panicky struct{}

func (*panicky) Error() string { panic("no text") }

func TestFailureOfAPanickyError(t *testing.T) {
	c := newCodec(t)
	var v codec.Value
	err := v.Parse(c.AppendFailure(nil, fmt.Errorf("%w", errors.Join(fs.ErrExist)), noLimit))
	if err != nil || !errors.Is(c.RemoteError(api.RpcAddress{}, v.Failure), fs.ErrExist) {
		t.Error(err)
	}
	err = v.Parse(c.AppendFailure(nil, &panicky{}, noLimit))
	if err != nil {
		t.Fatal(err)
	}
	remote := c.RemoteError(api.RpcAddress{}, v.Failure)
	var p *api.PanicError
	if !errors.As(remote, &p) || !strings.Contains(p.Value, "no text") || remote.Stack == "" {
		t.Errorf("%+v", remote)
	}
}
