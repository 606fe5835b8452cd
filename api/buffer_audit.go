// SPDX-License-Identifier: Apache-2.0

package api

import (
	"errors"
	"slices"
	"sync/atomic"
)

// BufferAudit finds mistakes with references to buffers: it watches every buffer of the services that have it in
// [BlockTransferConfig.Audit]: those they hand to anybody, and those they are handed. What is released is overwritten, so
// that who still reads it sees it at once. It copies each block and notes where, so it is for tests. The zero value is
// ready for use. Safe for concurrent use; its methods may be called from outside of a world, too.
type BufferAudit struct {
	made     pushed[*madeBuffer]    // every buffer
	mistakes pushed[*BufferProblem] // but for leaks
}

// madeBuffer is what is known of a buffer, for as long as the audit.
type madeBuffer struct {
	what     string
	by       callers
	refs     atomic.Int64
	released atomic.Pointer[callers] // the stack of the last release
}

// pushed is a list that grows at its head, from any task and without a lock. The zero value is empty.
type pushed[V any] struct{ head atomic.Pointer[pushedItem[V]] }

type pushedItem[V any] struct {
	value V
	older *pushedItem[V]
}

func (l *pushed[V]) push(v V) {
	item := &pushedItem[V]{value: v}
	for {
		item.older = l.head.Load()
		if l.head.CompareAndSwap(item.older, item) {
			return
		}
	}
}

// all is what was pushed, the oldest first.
func (l *pushed[V]) all() []V {
	var all []V
	for item := l.head.Load(); item != nil; item = item.older {
		all = append(all, item.value)
	}
	slices.Reverse(all)
	return all
}

// BufferMistake is a kind of mistake with a buffer.
type BufferMistake uint8

// The mistakes.
const (
	// BufferLeaked: a reference was not released.
	BufferLeaked BufferMistake = iota + 1
	// BufferReleasedTwice: there was a release too many.
	BufferReleasedTwice
	// BufferUsedReleased: the buffer was used after the last release.
	BufferUsedReleased
)

// String says what happened.
func (m BufferMistake) String() string {
	switch m {
	case BufferLeaked:
		return "is not released"
	case BufferReleasedTwice:
		return "is released once too often"
	case BufferUsedReleased:
		return "is used after its last release"
	}
	return "is misused"
}

// BufferProblem is one mistake.
type BufferProblem struct {
	Mistake  BufferMistake
	Buffer   string // what it is, such as "fetched shuffle_0_1_2"
	Made     string // the stack that made it
	Released string // the stack of the last release; empty: there was none
	Here     string // the stack of the mistake; empty for a leak
}

// Error tells everything, one stack frame a line.
func (p *BufferProblem) Error() string {
	text := "buffer " + p.Buffer + " " + p.Mistake.String() + "\nmade by:" + p.Made
	if p.Released != "" {
		text += "\nreleased by:" + p.Released
	}
	if p.Here != "" {
		text += "\nhere:" + p.Here
	}
	return text
}

// Watch takes over one reference of b and returns a buffer with one, of which the audit knows. What stands for memory that
// is somebody else's and cannot be overwritten, a [FileSegment], is returned as it is.
func (a *BufferAudit) Watch(what string, b ManagedBuffer) ManagedBuffer {
	if _, file := b.(*FileSegment); file {
		return b
	}
	w := &watchedBuffer{audit: a, made: &madeBuffer{what: what, by: here()}, inner: b, size: b.Size()}
	w.made.refs.Store(1)
	a.made.push(w.made)
	return w
}

// Mistakes returns what went wrong so far, in order.
func (a *BufferAudit) Mistakes() []*BufferProblem { return a.mistakes.all() }

// Leaks returns what is not released, in the order in which it was made. Ask when everything is over.
func (a *BufferAudit) Leaks() []*BufferProblem {
	var leaks []*BufferProblem
	for _, m := range a.made.all() {
		if m.refs.Load() > 0 {
			leaks = append(leaks, m.problem(BufferLeaked))
		}
	}
	return leaks
}

// Err is all mistakes and leaks as one error; nil when there are none.
func (a *BufferAudit) Err() error {
	var errs []error
	for _, p := range slices.Concat(a.Mistakes(), a.Leaks()) {
		errs = append(errs, p)
	}
	return errors.Join(errs...)
}

func (m *madeBuffer) problem(mistake BufferMistake) *BufferProblem {
	p := &BufferProblem{Mistake: mistake, Buffer: m.what, Made: m.by.String()}
	if r := m.released.Load(); r != nil {
		p.Released = r.String()
	}
	return p
}
