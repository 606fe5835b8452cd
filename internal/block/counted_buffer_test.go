// SPDX-License-Identifier: Apache-2.0

package block_test

import (
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
)

// countedBuffer counts its references: 1 when made, 0 when everybody has released it.
type countedBuffer struct {
	api.ManagedBuffer
	refs atomic.Int64
}

func counted(b []byte) *countedBuffer {
	c := &countedBuffer{ManagedBuffer: api.NewBytesBuffer(b)}
	c.refs.Store(1)
	return c
}

func (b *countedBuffer) Retain()  { b.refs.Add(1) }
func (b *countedBuffer) Release() { b.refs.Add(-1) }
