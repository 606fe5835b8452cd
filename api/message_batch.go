// SPDX-License-Identifier: Apache-2.0

package api

import "reflect"

// MessageBatch makes messages of one type for an env that reads several, has them handled and then reads others: their
// memory is used again. It belongs to one task at a time.
type MessageBatch interface {
	// Next returns a pointer to a message that is zero. It is the caller's until Reset.
	Next() any
	// All returns all that Next has returned since Reset, in that order. It must not be written to.
	All() []any
	// Reset takes back, as zero, all that Next returned.
	Reset()
}

// messageBatch is a MessageBatch of an [OnAsk] or [OnSend] function, which gets copies.
type messageBatch[M any] struct {
	all    []any // pointers to what is in pieces
	used   int   // of all
	pieces [][]M
}

func newMessageBatch[M any]() MessageBatch { return &messageBatch[M]{} }

func (b *messageBatch[M]) Next() any {
	if b.used == len(b.all) {
		b.grow()
	}
	b.used++
	return b.all[b.used-1]
}

// grow makes as many messages as there are, so that few are made for who needs few.
func (b *messageBatch[M]) grow() {
	piece := make([]M, max(1, len(b.all)))
	b.pieces = append(b.pieces, piece)
	for i := range piece {
		b.all = append(b.all, &piece[i])
	}
}

func (b *messageBatch[M]) All() []any { return b.all[:b.used:b.used] }

func (b *messageBatch[M]) Reset() {
	if b.used == 1 { // as mostly
		*b.all[0].(*M) = *new(M)
		b.used = 0
		return
	}
	for _, piece := range b.pieces {
		if b.used <= 0 {
			break
		}
		clear(piece[:min(b.used, len(piece))])
		b.used -= len(piece)
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
