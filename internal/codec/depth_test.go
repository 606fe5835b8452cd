// SPDX-License-Identifier: Apache-2.0

package codec_test

import (
	"errors"
	"testing"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/codec"
)

// node is of a tree whose nodes know what they are below.
type node struct {
	Name     string
	Children []*node
	Parent   *node
}

// leaf is one that does not tell.
type leaf struct {
	Name   string
	Parent *leaf `cbor:"-"`
	Up     *leaf `json:"-"`
	up     *leaf
}

// sealed has an encoding of its own, which its fields are nothing to.
type sealed struct{ Self *sealed }

func (*sealed) MarshalBinary() ([]byte, error) { return []byte{1}, nil }
func (*sealed) UnmarshalBinary([]byte) error   { return nil }

type (
	pile   []pile
	chart  map[string]chart
	anyBox struct{ V any }
	holder struct{ S *sealed }
)

// TestValuesThatContainThemselves: they are refused, where the encoder would follow them until the process dies.
func TestValuesThatContainThemselves(t *testing.T) {
	root := &node{Name: "root"}
	root.Children = []*node{{Name: "child", Parent: root}}
	p, m, b := make(pile, 1), chart{}, &anyBox{}
	p[0], m["m"], b.V = p, m, map[string]any{"b": []any{b}}
	for name, v := range map[string]any{"pointer": root, "value": *root, "slice": p, "map": m, "any": b, "any map": map[string]any{"b": b}} {
		if _, err := newCodec(t).AppendValue(nil, v); !errors.Is(err, api.ErrSerialization) {
			t.Errorf("%s: %v", name, err)
		}
	}
	list := &order{}
	for range 30 {
		list = &order{Next: list}
	}
	me := &sealed{}
	me.Self = me
	quiet := &leaf{Name: "quiet"}
	quiet.Parent, quiet.Up, quiet.up = quiet, quiet, quiet
	for name, v := range map[string]any{
		"list": list, "tree": &node{Children: []*node{{}, {}}}, "own encoding": holder{me}, "not told": quiet,
		"any": anyBox{[]any{1, "two", anyBox{}}}, "slices": pile{{}, {{}}}, "nil": anyBox{},
	} {
		if _, err := newCodec(t).AppendValue(nil, v); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// cyclic is an error that contains itself.
type cyclic struct {
	Code int
	Self any
}

func (*cyclic) Error() string { return "cyclic" }

func TestErrorThatContainsItself(t *testing.T) {
	for name, s := range map[string]api.Serializer{"cbor": nil, "json": api.JSONSerializer()} {
		c, err := codec.New(s, nil)
		if err != nil {
			t.Fatal(err)
		}
		bad := &cyclic{Code: 1}
		bad.Self = bad
		var v codec.Value
		if err := v.Parse(c.AppendFailure(nil, bad, noLimit)); err != nil {
			t.Fatal(err)
		}
		if got := c.RemoteError(api.RpcAddress{}, v.Failure); !errors.Is(got, api.ErrSerialization) || !errors.Is(got, bad) {
			t.Errorf("%s: %v", name, got)
		}
	}
}
