// SPDX-License-Identifier: Apache-2.0

package buffer

import (
	"bytes"
	"io"
	"slices"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
)

const (
	leastPiece = 4 << 10
	mostPiece  = 1 << 20
)

// Pieces gathers bytes that come one after the other, of which nobody knows how many there will be. They are not moved when
// more come, so that it holds little more memory than they need. The zero value has none. It is for one task.
type Pieces struct {
	all  [][]byte
	size int64
}

// Append copies p behind what is there.
func (b *Pieces) Append(p []byte) {
	for len(p) > 0 {
		n := len(b.all)
		if n == 0 || len(b.all[n-1]) == cap(b.all[n-1]) {
			// As much again, in the end, and no more than that ahead.
			b.all = append(b.all, make([]byte, 0, min(max(b.size, int64(len(p)), leastPiece), mostPiece)))
			n++
		}
		last := &b.all[n-1]
		k := min(len(p), cap(*last)-len(*last))
		*last = append(*last, p[:k]...)
		b.size += int64(k)
		p = p[k:]
	}
}

// WriteTo implements io.WriterTo. The bytes stay.
func (b *Pieces) WriteTo(w io.Writer) (n int64, err error) {
	for _, p := range b.all {
		k, err := w.Write(p)
		n += int64(k)
		if err != nil {
			return n, err
		}
	}
	return n, nil
}

// Buffer returns the bytes as a buffer. Nothing may be appended any more. It is left to the garbage collector.
func (b *Pieces) Buffer() api.ManagedBuffer {
	switch len(b.all) {
	case 0:
		return api.NewBytesBuffer(nil)
	case 1:
		return api.NewBytesBuffer(b.all[0])
	}
	whole := &piecesBuffer{size: b.size}
	whole.all.Store(&b.all)
	return whole
}

// piecesBuffer is bytes in pieces. They become one when somebody wants all of them at once.
type piecesBuffer struct {
	size int64
	all  atomic.Pointer[[][]byte]
}

// Size implements api.ManagedBuffer.
func (b *piecesBuffer) Size() int64 { return b.size }

// Bytes implements api.ManagedBuffer.
func (b *piecesBuffer) Bytes() ([]byte, error) {
	before := b.all.Load()
	if len(*before) > 1 {
		b.all.CompareAndSwap(before, &[][]byte{slices.Concat(*before...)}) // else somebody else was faster
	}
	return (*b.all.Load())[0], nil
}

// Open implements api.ManagedBuffer.
func (b *piecesBuffer) Open() (io.ReadCloser, error) {
	var readers []io.Reader
	for _, p := range *b.all.Load() {
		readers = append(readers, bytes.NewReader(p))
	}
	return io.NopCloser(io.MultiReader(readers...)), nil
}

// Retain implements api.ManagedBuffer.
func (*piecesBuffer) Retain() {}

// Release implements api.ManagedBuffer.
func (*piecesBuffer) Release() {}
