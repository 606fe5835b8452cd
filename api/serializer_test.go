// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
)

type shelf struct {
	Name  string
	Books map[string][]int
	At    time.Time
	Next  *shelf
	Owner api.RpcEndpointRef
	Data  []byte
}

func someShelf() shelf {
	s := shelf{
		Name: "<a> & \u2028", Books: map[string][]int{"z": {3}, "a": {1, 2}, "m": {}, "b": nil, "c": {9}, "d": {8}},
		At: time.Date(2100, 1, 2, 3, 4, 5, 6, time.UTC), Next: &shelf{Name: "next"}, Data: []byte{0, 255},
	}
	if err := s.Owner.UnmarshalText([]byte("spark://a@h:1")); err != nil {
		panic(err)
	}
	return s
}

func TestJSONAndRawKeepTheContract(t *testing.T) {
	inWorlds(t, func(t *testing.T, ctx context.Context, rt api.Runtime) {
		if err := api.CheckSerializer(ctx, rt, api.JSONSerializer(), someShelf(), &shelf{}, 7, "text", []string{"a"}, map[string]int{"b": 1, "a": 2}); err != nil {
			t.Error(err)
		}
		if err := api.CheckSerializer(ctx, rt, api.RawSerializer(), "text", []byte("bytes"), "", []byte{}, json.RawMessage("[1]")); err != nil {
			t.Error(err)
		}
	})
}

// The serializers below are JSON with a mistake.
type mistaken struct {
	api.Serializer
	append func(dst []byte, v any) ([]byte, error)
	decode func(b []byte, v any) error
}

func (m *mistaken) Append(dst []byte, v any) ([]byte, error) {
	if m.append != nil {
		return m.append(dst, v)
	}
	return m.Serializer.Append(dst, v)
}

func (m *mistaken) Decode(b []byte, v any) error {
	if m.decode != nil {
		return m.decode(b, v)
	}
	return m.Serializer.Decode(b, v)
}

func TestCheckSerializerFindsMistakes(t *testing.T) {
	inWorlds(t, func(t *testing.T, ctx context.Context, rt api.Runtime) {
		n := 0
		mu := rt.NewMutex()
		counting := func(dst []byte, _ any) ([]byte, error) {
			mu.Lock()
			defer mu.Unlock()
			n++
			return fmt.Appendf(dst, `{"Name":"%d"}`, n), nil
		}
		mapOrder := func(dst []byte, v any) ([]byte, error) {
			dst = append(dst, '{')
			for k := range v.(shelf).Books {
				dst = fmt.Appendf(dst, "%q:1,", k)
			}
			return append(dst, `"Name":""}`...), nil
		}
		forgetful := func(b []byte, v any) error {
			err := json.Unmarshal(b, v)
			*v.(*shelf) = shelf{}
			return err
		}
		keeping := func(b []byte, v any) error { *v.(*[]byte) = b; return nil }
		overwriting := func(_ []byte, v any) ([]byte, error) { return json.Marshal(v) }
		panicking := func(b []byte, v any) error {
			err := json.Unmarshal(b, v)
			if err != nil {
				panic(err)
			}
			return nil
		}
		for want, c := range map[string]struct {
			m *mistaken
			v any
		}{
			"unstable when encoded again":                  {&mistaken{api.JSONSerializer(), counting, nil}, someShelf()},
			"unstable among several tasks":                 {&mistaken{api.JSONSerializer(), counting, nil}, someShelf()},
			"then \"{":                                     {&mistaken{api.JSONSerializer(), mapOrder, nil}, someShelf()},
			"unstable after a round trip":                  {&mistaken{api.JSONSerializer(), nil, forgetful}, someShelf()},
			"whose input was overwritten":                  {&mistaken{api.RawSerializer(), nil, keeping}, []byte("bytes")},
			`appended to "before"`:                         {&mistaken{api.JSONSerializer(), overwriting, nil}, someShelf()},
			"panic on":                                     {&mistaken{api.JSONSerializer(), nil, panicking}, someShelf()},
			"encode: the raw serializer takes bytes":       {&mistaken{api.RawSerializer(), nil, nil}, someShelf()},
			"decode its own bytes: json of more than 64 l": {&mistaken{api.JSONSerializer(), nil, nil}, deep(100)},
		} {
			if err := api.CheckSerializer(ctx, rt, c.m, c.v); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", want, err)
			}
		}
	})
}

// deep is an array of arrays.
func deep(levels int) any {
	return json.RawMessage(strings.Repeat("[", levels) + strings.Repeat("]", levels))
}

func TestJSONDepth(t *testing.T) {
	for text, ok := range map[string]bool{
		strings.Repeat("[", 64) + strings.Repeat("]", 64):                            true,
		strings.Repeat("[", 65) + strings.Repeat("]", 65):                            false,
		strings.Repeat(`{"a":`, 65) + "1" + strings.Repeat("}", 65):                  false,
		`["` + strings.Repeat("[", 100) + `", "\"` + strings.Repeat("[", 100) + `"]`: true,
		strings.Repeat("[", 1_000_000):                                               false,
		"[" + strings.Repeat("[],", 1000) + "[]]":                                    true,
	} {
		var v any
		if err := api.JSONSerializer().Decode([]byte(text), &v); (err == nil) != ok {
			t.Errorf("%.80s: %v", text, err)
		}
	}
}

func TestRawTakesBytesAndTextOnly(t *testing.T) {
	s := api.RawSerializer()
	for _, v := range []any{7, shelf{}, []int{1}, (*string)(nil)} {
		if _, err := s.Append(nil, v); err == nil {
			t.Errorf("%T was encoded", v)
		}
	}
	var n int
	for _, v := range []any{&n, n, (*string)(nil), nil} {
		if err := s.Decode([]byte("x"), v); err == nil {
			t.Errorf("%T was decoded into", v)
		}
	}
	type line string
	var l line
	text := "text"
	if b, err := s.Append(nil, &text); string(b) != text || err != nil {
		t.Error(b, err)
	}
	if err := errors.Join(s.Decode([]byte("x"), &l)); err != nil || l != "x" {
		t.Error(l, err)
	}
}
