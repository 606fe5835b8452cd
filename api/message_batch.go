// SPDX-License-Identifier: Apache-2.0

package api

import "reflect"

// MessageBatch makes messages of one type for an env that reads several, has them handled and then reads others: their
// memory is used again. It belongs to one task.
type MessageBatch interface {
	// Next returns a pointer to a message that is zero. It is the caller's until Reset.
	Next() any
	// Reset takes back, as zero, all that Next returned.
	Reset()
}

// messageBatch is a MessageBatch of an [OnAsk] or [OnSend] function, which gets copies.
type messageBatch[M any] struct {
	made []M // those in use first
	used int
}

func newMessageBatch[M any]() MessageBatch { return &messageBatch[M]{} }

func (b *messageBatch[M]) Next() any {
	if b.used == len(b.made) {
		b.made, b.used = make([]M, min(max(1, 2*b.used), batchAtOnce)), 0 // who has the others keeps them
	}
	b.used++
	return &b.made[b.used-1]
}

// batchAtOnce is how many messages are in one piece of memory at most.
const batchAtOnce = 64

func (b *messageBatch[M]) Reset() {
	clear(b.made[:b.used])
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
