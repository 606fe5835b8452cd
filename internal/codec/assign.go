// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"fmt"
	"reflect"

	"github.com/twinwire/twinwire/api"
)

// Assign stores v, a value that did not travel, into reply as DecodeReply would.
func Assign(reply, v any) error {
	if reply == nil {
		return nil
	}
	p := reflect.ValueOf(reply)
	if p.Kind() != reflect.Pointer || p.IsNil() {
		return fmt.Errorf("%w: reply must be a pointer, not %T", api.ErrSerialization, reply)
	}
	if v == nil {
		p.Elem().SetZero()
		return nil
	}
	return assign(p.Elem(), v)
}

func assign(to reflect.Value, v any) error {
	from := reflect.ValueOf(v)
	switch {
	case from.Type().AssignableTo(to.Type()):
		to.Set(from)
	case from.Kind() == reflect.Pointer && from.IsNil() && from.Type().Elem().AssignableTo(to.Type()):
		to.SetZero()
	case from.Kind() == reflect.Pointer && from.Type().Elem().AssignableTo(to.Type()):
		to.Set(from.Elem())
	case to.Kind() == reflect.Pointer && from.Type().AssignableTo(to.Type().Elem()):
		to.Set(reflect.New(to.Type().Elem()))
		to.Elem().Set(from)
	default:
		return fmt.Errorf("%w: reply is a %T, not a %s", api.ErrSerialization, v, to.Type())
	}
	return nil
}
