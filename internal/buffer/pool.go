// SPDX-License-Identifier: Apache-2.0

package buffer

import (
	"math/bits"
	"sync"
	"sync/atomic"
)

const (
	// Largest is the size in bytes up to which memory is kept.
	Largest = 4 << 20
	// Spare is how many bytes there are behind those of a buffer while it is being filled.
	Spare    = 64
	smallest = 512
	steps    = 4 // sizes from one power of two to the next, so that at most a fifth of one is not used
)

// Pool keeps memory in classes of sizes. What a buffer holds decides its class, and nothing depends on how large its
// memory is. The zero value is empty and ready for use. Safe for concurrent use.
type Pool struct {
	rows [classCount/steps + 1]atomic.Pointer[row] // each made when it is first used: most pools hold few sizes
}

// row is the classes from one power of two to the next, of *slab.
type row [steps]sync.Pool

// class returns the pool of a class.
func (p *Pool) class(class int) *sync.Pool {
	at := &p.rows[class/steps]
	r := at.Load()
	for r == nil {
		at.CompareAndSwap(nil, new(row))
		r = at.Load()
	}
	return &r[class%steps]
}

// slab is memory of a class.
type slab struct {
	bytes []byte
	class int
}

const classCount = steps*13 + 1 // 512 bytes to 4 MiB

// Get returns a buffer of n bytes with one reference. They are not cleared: fill them before anybody sees them.
func (p *Pool) Get(n int) *Pooled {
	class := classOf(n)
	if class >= classCount {
		return newPooled(nil, &slab{bytes: make([]byte, n+Spare), class: class}, n)
	}
	s, ok := p.class(class).Get().(*slab)
	if !ok {
		s = &slab{bytes: make([]byte, sizeOf(class)+Spare), class: class}
	}
	return newPooled(p, s, n)
}

func (p *Pool) put(s *slab) { p.class(s.class).Put(s) }

// classOf is the smallest class whose memory holds n bytes.
func classOf(n int) int {
	if n <= smallest {
		return 0
	}
	power := bits.Len(uint(n-1)) - bits.Len(uint(smallest)) // of two, times smallest, below n
	step := smallest << power / steps
	return power*steps + (n-smallest<<power+step-1)/step
}

// sizeOf is the memory of a class in bytes.
func sizeOf(class int) int {
	base := smallest << (class / steps)
	return base + class%steps*(base/steps)
}
