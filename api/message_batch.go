// SPDX-License-Identifier: Apache-2.0

package api

import (
	"math/bits"
	"reflect"
)

// MessageBatch makes messages of one type for an env that reads several, has them handled and then reads others: their
// memory is used again. It belongs to one task at a time.
type MessageBatch interface {
	// Next returns a pointer to a message that is zero. It is the caller's until Reset.
	Next() any
	// Len is how many Next has returned since Reset.
	Len() int
	// At returns the i-th of those again.
	At(i int) any
	// Reset takes back, as zero, all that Next returned.
	Reset()
}

// messageBatch is a MessageBatch of an [OnAsk] or [OnSend] function, which gets copies.
type messageBatch[M any] struct {
	pieces [][]M // the first has one message, and each other one as many as all before it
	used   int
}

func newMessageBatch[M any]() MessageBatch { return &messageBatch[M]{} }

func (b *messageBatch[M]) Next() any {
	i := b.used
	b.used++
	if k := bits.Len(uint(i)); k == len(b.pieces) {
		b.pieces = append(b.pieces, make([]M, max(1, i)))
	}
	return b.at(i)
}

func (b *messageBatch[M]) Len() int { return b.used }

func (b *messageBatch[M]) At(i int) any { return b.at(i) }

func (b *messageBatch[M]) at(i int) *M {
	k := bits.Len(uint(i))
	return &b.pieces[k][i-1<<k>>1]
}

func (b *messageBatch[M]) Reset() {
	for k := range bits.Len(uint(b.used)) + 1 {
		if k < len(b.pieces) {
			clear(b.pieces[k])
		}
	}
	b.used = 0
}

// isPlain reports whether a copy of a value of type t has nothing of the value's own memory, whatever wrote it: there is
// no array that a slice could be of, and nothing that could point at a field.
func isPlain(t reflect.Type) bool {
	switch t.Kind() {
	case reflect.Struct:
		for f := range t.Fields() {
			if !isPlain(f.Type) {
				return false
			}
		}
		return true
	case reflect.Array, reflect.Pointer, reflect.UnsafePointer, reflect.Interface, reflect.Func, reflect.Chan, reflect.Map:
		return false
	}
	return true
}
