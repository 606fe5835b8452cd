// SPDX-License-Identifier: Apache-2.0

package api

import "testing"

type (
	valued  struct{ Text string }
	pointed struct{ Text string }
	itself  struct{ Text string }
	halfway struct{ Text string }
)

func (valued) MarshalText() ([]byte, error)   { return nil, nil }
func (*pointed) MarshalText() ([]byte, error) { return nil, nil }

func (itself) AppendBinary(b []byte) ([]byte, error) { return b, nil }
func (*itself) UnmarshalBinary([]byte) error         { return nil }

func (*halfway) AppendBinary(b []byte) ([]byte, error) { return b, nil }
func (*halfway) UnmarshalBinary([]byte) error          { return nil }

// TestBoxes: messages are kept in a box if nobody but the env gets a pointer to them.
func TestBoxes(t *testing.T) {
	for name, is := range map[string]struct{ boxed, want bool }{
		"number":              {boxes[int](), true},
		"text":                {boxes[string](), true},
		"struct":              {boxes[struct{ A, B []string }](), true},
		"value method":        {boxes[valued](), true},
		"pointer method":      {boxes[pointed](), false},
		"in a field":          {boxes[struct{ In struct{ P pointed } }](), false},
		"in an array":         {boxes[[2]pointed](), false},
		"in a slice":          {boxes[struct{ All []pointed }](), true},
		"pointer":             {boxes[*valued](), false},
		"pointer in a field":  {boxes[struct{ P *pointed }](), true},
		"interface":           {boxes[any](), false},
		"reference":           {boxes[RpcEndpointRef](), false},
		"encodes itself":      {boxes[itself](), true},
		"encodes its pointer": {boxes[halfway](), false},
	} {
		if is.boxed != is.want {
			t.Errorf("%s: %v", name, is.boxed)
		}
	}
}
