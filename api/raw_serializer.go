// SPDX-License-Identifier: Apache-2.0

package api

import (
	"fmt"
	"reflect"
)

// RawSerializer takes messages that are bytes or text as they are: []byte, string, and types made of them. It is for
// programs that have an encoding of their own. Anything else is refused, unless it encodes itself (see [Serializer]). It
// allocates the size of what came. An empty message comes back as an empty one, never as nil.
func RawSerializer() Serializer { return rawSerializer{} }

type rawSerializer struct{}

func (rawSerializer) Name() string { return "raw" }

func (rawSerializer) Append(dst []byte, v any) ([]byte, error) {
	switch m := v.(type) {
	case []byte:
		return append(dst, m...), nil
	case string:
		return append(dst, m...), nil
	}
	switch m := reflect.Indirect(reflect.ValueOf(v)); {
	case isBytes(m):
		return append(dst, m.Bytes()...), nil
	case m.Kind() == reflect.String:
		return append(dst, m.String()...), nil
	}
	return dst, rawError(v)
}

func (rawSerializer) Decode(b []byte, v any) error {
	m := reflect.ValueOf(v)
	if m.Kind() != reflect.Pointer || m.IsNil() {
		return rawError(v)
	}
	switch m = m.Elem(); {
	case isBytes(m):
		m.SetBytes(append([]byte{}, b...))
	case m.Kind() == reflect.String:
		m.SetString(string(b))
	default:
		return rawError(v)
	}
	return nil
}

func isBytes(v reflect.Value) bool {
	return v.Kind() == reflect.Slice && v.Type().Elem().Kind() == reflect.Uint8
}

func rawError(v any) error {
	return fmt.Errorf("the raw serializer takes bytes and strings, not %T", v)
}
