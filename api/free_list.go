// SPDX-License-Identifier: Apache-2.0

package api

import "sync"

// FreeList keeps values that are not used any more, to be used again, so that fewer are made. It may forget any of them.
// Which one it hands out must decide nothing. Safe for concurrent use.
type FreeList interface {
	// Get takes a value out; nil when there is none.
	Get() any
	// Put keeps a value, which the caller gives up.
	Put(v any)
}

// NewFreeList returns an empty list of rt: one of its own, if it is a [Recycler], else a sync.Pool. It is for what knows
// of its env, as a sync.Pool keeps alive what its values know of until the collection after the next: in a simulated
// world, all of it.
func NewFreeList(rt Runtime) FreeList {
	if r, ok := rt.(Recycler); ok {
		return r.NewFreeList()
	}
	return new(sync.Pool)
}

// Recycler is an optional ability of a Runtime, found by type assertion: to make free lists that live no longer than what
// uses them.
type Recycler interface {
	// NewFreeList returns an empty list.
	NewFreeList() FreeList
}
