// SPDX-License-Identifier: Apache-2.0

package memnet

import "github.com/twinwire/twinwire/api"

var _ api.Recycler = (*hostRuntime)(nil)

// maxFree is how many values a list keeps.
const maxFree = 64

// NewFreeList implements api.Recycler. What the list hands out is the world's choice, unlike that of a sync.Pool.
//
//go:norace
func (r *hostRuntime) NewFreeList() api.FreeList { return &freeList{host: r.host()} }
