// SPDX-License-Identifier: Apache-2.0

package buffer

import (
	"bytes"
	"errors"
	"io"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
)

// ErrReleased is what the bytes of a buffer are when its last reference is gone.
var ErrReleased = errors.New("buffer used after its last release")

// Pooled is memory of a [Pool] as a [api.ManagedBuffer]. Its memory is used again after the last release, the Pooled
// itself never is, so that a reference too many is found out: Retain and Release then panic.
type Pooled struct {
	pool  *Pool   // nil: the memory is not kept
	whole *Pooled // what this is a part of; nil: it is one
	slab  *slab
	from  int
	size  int
	refs  atomic.Int32
}

var _ api.ManagedBuffer = (*Pooled)(nil)

func newPooled(p *Pool, s *slab, n int) *Pooled {
	b := &Pooled{pool: p, slab: s, size: n}
	b.refs.Store(1)
	return b
}

// Part returns n of the bytes as a buffer of their own with one reference, which keeps the whole until its last release.
func (b *Pooled) Part(from, n int) *Pooled {
	b.Retain()
	p := &Pooled{whole: b, slab: b.slab, from: from, size: n}
	p.refs.Store(1)
	return p
}

// Memory is the buffer's bytes, for its one owner to fill.
func (b *Pooled) Memory() []byte { return b.slab.bytes[b.from : b.from+b.size : b.from+b.size] }

// Room is Memory and Spare bytes behind it, for the same one: a read may end in what comes next. What is there is nobody's
// once the buffer is filled. A part has none.
func (b *Pooled) Room() []byte { return b.slab.bytes[: b.size+Spare : b.size+Spare] }

// Size implements api.ManagedBuffer.
func (b *Pooled) Size() int64 { return int64(b.size) }

// Bytes implements api.ManagedBuffer.
func (b *Pooled) Bytes() ([]byte, error) {
	if b.refs.Load() <= 0 {
		return nil, ErrReleased
	}
	return b.Memory(), nil
}

// Open implements api.ManagedBuffer.
func (b *Pooled) Open() (io.ReadCloser, error) {
	p, err := b.Bytes()
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(p)), nil
}

// Retain implements api.ManagedBuffer.
func (b *Pooled) Retain() {
	if b.refs.Add(1) <= 1 {
		panic("buffer: retained after its last release")
	}
}

// Release implements api.ManagedBuffer.
func (b *Pooled) Release() {
	switch left := b.refs.Add(-1); {
	case left < 0:
		panic("buffer: released more often than retained")
	case left == 0 && b.whole != nil:
		b.whole.Release()
	case left == 0 && b.pool != nil:
		b.pool.put(b.slab)
	}
}
