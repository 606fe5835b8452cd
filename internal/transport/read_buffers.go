// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"math/bits"
	"sync/atomic"
	"unsafe"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// readBuffers are the buffers that connections read into. All have the wire's usual size, so that which one is used
// decides nothing. A connection that waits for input without hurry holds none.
type readBuffers struct {
	pool  api.FreeList
	shelf atomic.Pointer[shelf] // nil until there is much traffic
}

func (b *readBuffers) get() []byte {
	if s := b.shelf.Load(); s != nil {
		if p := s.take(); p != nil {
			return p
		}
	}
	if p, ok := b.pool.Get().(*[wire.BufferSize]byte); ok {
		return p[:]
	}
	return make([]byte, wire.BufferSize)
}

// put takes a buffer back; one of another size is left to the garbage collector.
func (b *readBuffers) put(buf []byte) {
	if len(buf) != wire.BufferSize {
		return
	}
	if s := b.shelf.Load(); s != nil && s.giveBack(buf) {
		return
	}
	b.pool.Put((*[wire.BufferSize]byte)(buf))
}

// stock makes the shelf, once.
func (b *readBuffers) stock() {
	if b.shelf.Load() == nil {
		b.shelf.CompareAndSwap(nil, newShelf())
	}
}

// A shelf is read buffers in one piece of memory, which a pool would lose whenever garbage is collected. Those that
// nobody takes are not touched, and so cost no memory.
//
// It is on the heap, and large, for a second reason. A collection begins when the heap has grown by a part of what was
// alive, and by 4 MiB at least. A process that has few things but its connections makes so much garbage of small messages
// in some milliseconds, and would do little else: the shelf makes that three times as much, and asks of 4 KiB more than
// half as fast again.
type shelf struct {
	memory []byte
	free   atomic.Uint64 // a bit for each buffer that nobody has
}

// shelfSize is how many buffers are on a shelf: one for each bit.
const shelfSize = 64

// stockAfter is how many bytes of small messages a connection has brought when a shelf is made: it is there to stay.
const stockAfter = 16 << 20

func newShelf() *shelf {
	s := &shelf{memory: make([]byte, shelfSize*wire.BufferSize)}
	s.free.Store(1<<shelfSize - 1)
	return s
}

// take returns a buffer, nil when all are in use.
func (s *shelf) take() []byte {
	for {
		free := s.free.Load()
		if free == 0 {
			return nil
		}
		if i := bits.TrailingZeros64(free); s.free.CompareAndSwap(free, free&^(1<<i)) {
			return s.buffer(i)
		}
	}
}

func (s *shelf) buffer(i int) []byte {
	start := i * wire.BufferSize
	return s.memory[start : start+wire.BufferSize : start+wire.BufferSize]
}

// giveBack reports whether the buffer is one of the shelf.
func (s *shelf) giveBack(buf []byte) bool {
	at := uintptr(unsafe.Pointer(&buf[0])) - uintptr(unsafe.Pointer(&s.memory[0])) // huge when it lies before
	if at >= uintptr(len(s.memory)) {
		return false
	}
	s.free.Or(1 << (at / wire.BufferSize))
	return true
}
