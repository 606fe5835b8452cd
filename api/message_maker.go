// SPDX-License-Identifier: Apache-2.0

package api

import (
	"sync/atomic"
	"unsafe"
)

// messageMaker returns what makes pointers to new messages of type M. When many are made it makes some of them at once: one
// that somebody keeps then keeps as many, so large ones are made one by one. It may be used by many tasks at once.
func messageMaker[M any]() func() any {
	var last atomic.Pointer[messages[M]]
	most := max(1, messageBytes/max(1, int(unsafe.Sizeof(*new(M)))))
	return func() any {
		n := 1
		if b := last.Load(); b != nil {
			if m := b.next(); m != nil {
				return m
			}
			n = min(2*len(b.made), most)
		}
		b := &messages[M]{made: make([]M, n)}
		last.Store(b)
		return b.next()
	}
}

// messageBytes bounds how much is made at once.
const messageBytes = 512

// messages are some that were made at once.
type messages[M any] struct {
	made []M
	used atomic.Int32
}

// next returns the next that was not used, nil when there is none.
func (b *messages[M]) next() *M {
	if i := int(b.used.Add(1)) - 1; i < len(b.made) {
		return &b.made[i]
	}
	return nil
}
