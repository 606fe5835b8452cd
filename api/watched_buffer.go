// SPDX-License-Identifier: Apache-2.0

package api

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
)

// errBufferReleased is what the bytes of a watched buffer are after its last release.
var errBufferReleased = errors.New("buffer used after its last release")

// watchedBuffer shows a copy of a buffer, which it holds one reference of until its own last one is gone.
type watchedBuffer struct {
	audit *BufferAudit
	made  *madeBuffer
	inner ManagedBuffer
	size  int64
	bytes atomic.Pointer[[]byte] // made when somebody wants them, overwritten with the last release
}

var _ ManagedBuffer = (*watchedBuffer)(nil)

// scribble is what released memory is overwritten with.
const scribble = 0xDB

// report notes a mistake, made by the caller's caller.
func (w *watchedBuffer) report(m BufferMistake) {
	p := w.made.problem(m)
	at := here()
	p.Here = at.String()
	w.audit.mistakes.push(p)
}

// usable reports a use after the last release.
func (w *watchedBuffer) usable() bool {
	if w.made.refs.Load() > 0 {
		return true
	}
	w.report(BufferUsedReleased)
	return false
}

// Size implements ManagedBuffer. It is known after the last release, too.
func (w *watchedBuffer) Size() int64 { return w.size }

// Bytes implements ManagedBuffer.
func (w *watchedBuffer) Bytes() ([]byte, error) {
	if !w.usable() {
		return nil, errBufferReleased
	}
	if b := w.bytes.Load(); b != nil {
		return *b, nil
	}
	b, err := w.inner.Bytes()
	if err != nil {
		return nil, err
	}
	b = slices.Clone(b)
	if !w.bytes.CompareAndSwap(nil, &b) {
		b = *w.bytes.Load()
	}
	return b, nil
}

// Open implements ManagedBuffer.
func (w *watchedBuffer) Open() (io.ReadCloser, error) {
	b, err := w.Bytes()
	if err != nil {
		return nil, err
	}
	return io.NopCloser(bytes.NewReader(b)), nil
}

// Retain implements ManagedBuffer.
func (w *watchedBuffer) Retain() {
	if w.usable() {
		w.made.refs.Add(1)
	}
}

// Release implements ManagedBuffer.
func (w *watchedBuffer) Release() {
	left := w.made.refs.Add(-1)
	if left < 0 {
		w.report(BufferReleasedTwice)
	}
	if left != 0 {
		return
	}
	place := here()
	w.made.released.Store(&place)
	if b := w.bytes.Load(); b != nil {
		scribbleOver(*b)
	}
	w.inner.Release()
}

// scribbleOver copies what it has written, so that the race detector watches a few copies rather than every byte.
func scribbleOver(b []byte) {
	if len(b) == 0 {
		return
	}
	b[0] = scribble
	for n := 1; n < len(b); n *= 2 {
		copy(b[n:], b[:n])
	}
}

// callers is a stack, of which the text is made only when somebody asks for it. Its end is 0.
type callers [12]uintptr

// here is the stack of the caller's caller and those above.
func here() (c callers) {
	runtime.Callers(3, c[:])
	return c
}

// String is a frame a line, each line behind a line feed.
func (c *callers) String() string {
	end := slices.Index(c[:], 0)
	if end < 0 {
		end = len(c)
	}
	frames := runtime.CallersFrames(c[:end])
	var text strings.Builder
	for {
		f, more := frames.Next()
		if f.Function != "" {
			fmt.Fprintf(&text, "\n\t%s %s:%d", f.Function, f.File, f.Line)
		}
		if !more {
			return text.String()
		}
	}
}
