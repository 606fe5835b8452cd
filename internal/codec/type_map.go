// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"maps"
	"reflect"
	"sync/atomic"
)

// typeMap remembers something about types, of which a program has few. Reading takes no lock: the map is replaced by a
// larger copy.
type typeMap[V any] struct {
	known atomic.Pointer[map[reflect.Type]V]
}

// of returns what is known of t, or finds it out.
func (m *typeMap[V]) of(t reflect.Type, find func(reflect.Type) V) V {
	for {
		old := m.known.Load()
		if old != nil {
			if v, ok := (*old)[t]; ok {
				return v
			}
		}
		next := map[reflect.Type]V{}
		if old != nil {
			next = maps.Clone(*old)
		}
		next[t] = find(t)
		if m.known.CompareAndSwap(old, &next) {
			return next[t]
		}
	}
}
