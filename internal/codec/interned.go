// SPDX-License-Identifier: Apache-2.0

package codec

import (
	"maps"
	"sync/atomic"
)

// interned keeps one string for each name that comes again and again. Reading takes no lock: the map is replaced by a
// larger copy. It holds at most maxInterned names, so that a hostile peer cannot make it grow.
type interned struct {
	known atomic.Pointer[map[string]*string]
	last  atomic.Pointer[string] // nearly always the next
}

const maxInterned = 1024

func (m *interned) of(name []byte) string {
	if last := m.last.Load(); last != nil && *last == string(name) {
		return *last
	}
	old := m.known.Load()
	if old != nil {
		if s := (*old)[string(name)]; s != nil {
			m.last.Store(s)
			return *s
		}
		if len(*old) >= maxInterned {
			return string(name)
		}
	}
	s := string(name)
	next := map[string]*string{}
	if old != nil {
		next = maps.Clone(*old)
	}
	next[s] = &s
	m.known.CompareAndSwap(old, &next) // the loser of a race adds its name the next time
	return s
}
