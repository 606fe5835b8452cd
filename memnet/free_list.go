// SPDX-License-Identifier: Apache-2.0

package memnet

import "github.com/twinwire/twinwire/api"

var _ api.Recycler = (*hostRuntime)(nil)

// A freeList fills api.FreeList. What it hands out is the world's choice, unlike that of a sync.Pool.
type freeList struct{ values []any }

// maxFree is how many values a list keeps.
const maxFree = 64

// NewFreeList implements api.Recycler. Where tasks have goroutines of their own the list keeps nothing, for to use a
// value again looks like a race.
//
//go:norace
func (*hostRuntime) NewFreeList() api.FreeList { return &freeList{} }

//go:norace
func (l *freeList) Get() any {
	n := len(l.values) - 1
	if n < 0 {
		return nil
	}
	v := l.values[n]
	l.values[n] = nil
	l.values = l.values[:n]
	return v
}

//go:norace
func (l *freeList) Put(v any) {
	if reusesMemory && len(l.values) < maxFree {
		l.values = append(l.values, v)
	}
}
