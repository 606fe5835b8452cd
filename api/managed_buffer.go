// SPDX-License-Identifier: Apache-2.0

package api

import (
	"bytes"
	"io"
)

// ManagedBuffer is the bytes of a block wherever they live, as Spark's ManagedBuffer. It is counted: who makes one owns
// one reference; who receives one in a callback borrows it for the call, and calls Retain to keep it and Release when
// done. Handing one to the transport hands over one reference, which the transport releases when the bytes have left
// or cannot leave. Safe for concurrent use.
type ManagedBuffer interface {
	// Size is the number of bytes.
	Size() int64
	// Bytes returns all bytes, as a view where it can be; read only, valid until Release. An I/O error of a file comes
	// here.
	Bytes() ([]byte, error)
	// Open returns a new reader over the bytes. Close it.
	Open() (io.ReadCloser, error)
	// Retain adds a reference.
	Retain()
	// Release drops one. The bytes may be reused after the last.
	Release()
}

// NewBytesBuffer returns a buffer over b, which must not change any more. It is left to the garbage collector: Retain
// and Release do nothing.
func NewBytesBuffer(b []byte) ManagedBuffer { return bytesBuffer(b) }

type bytesBuffer []byte

func (b bytesBuffer) Size() int64                  { return int64(len(b)) }
func (b bytesBuffer) Bytes() ([]byte, error)       { return b, nil }
func (b bytesBuffer) Open() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
func (bytesBuffer) Retain()                        {}
func (bytesBuffer) Release()                       {}
