// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"reflect"

	"github.com/twinwire/twinwire/api"
)

// Binder makes references that came in a message usable in the env that decoded it.
type Binder interface {
	// Bind returns the reference to an address.
	Bind(address api.RpcEndpointAddress) api.RpcEndpointRef
}

// canHoldRef reports whether a value of type t can hold references, so that only those are walked.
func canHoldRef(t reflect.Type) bool { return holdsRef(t, map[reflect.Type]bool{}) }

func holdsRef(t reflect.Type, above map[reflect.Type]bool) bool {
	if t == reflect.TypeFor[api.RpcEndpointRef]() {
		return true
	}
	if above[t] {
		return false
	}
	above[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array:
		return holdsRef(t.Elem(), above)
	case reflect.Map:
		return holdsRef(t.Elem(), above)
	case reflect.Struct:
		for f := range t.Fields() {
			if f.IsExported() && holdsRef(f.Type, above) {
				return true
			}
		}
	}
	return false
}

func walk(v reflect.Value, bind Binder) {
	if v.Type() == reflect.TypeFor[api.RpcEndpointRef]() {
		if ref := v.Interface().(api.RpcEndpointRef); !ref.IsZero() && ref.Sender() == nil && v.CanSet() {
			v.Set(reflect.ValueOf(bind.Bind(ref.Address())))
		}
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if !v.IsNil() {
			walk(v.Elem(), bind)
		}
	case reflect.Slice, reflect.Array:
		if canHoldRef(v.Type().Elem()) {
			for i := range v.Len() {
				walk(v.Index(i), bind)
			}
		}
	case reflect.Map:
		walkMap(v, bind)
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				walk(v.Field(i), bind)
			}
		}
	}
}

// walkMap replaces the elements of a map by bound copies. Their order does not matter.
func walkMap(v reflect.Value, bind Binder) {
	if !canHoldRef(v.Type().Elem()) {
		return
	}
	for _, k := range v.MapKeys() {
		e := reflect.New(v.Type().Elem()).Elem()
		e.Set(v.MapIndex(k))
		walk(e, bind)
		v.SetMapIndex(k, e)
	}
}
