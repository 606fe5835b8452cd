// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"bytes"
	"errors"
	"io"

	"github.com/twinwire/twinwire/api"
)

// countedBuffer is a block that knows its references. It reports a use after the last release and a release too many,
// and scribbles over its bytes with the last one.
type countedBuffer struct {
	t    *trial
	id   string
	size int64
	torn error // why the bytes cannot be had, if they cannot

	refs  int    // guarded by the trial's lock
	bytes []byte // scribbled over when refs becomes 0
}

var _ api.ManagedBuffer = (*countedBuffer)(nil)

func newCountedBuffer(t *trial, id string, b []byte) *countedBuffer {
	return &countedBuffer{t: t, id: id, size: int64(len(b)), refs: 1, bytes: b}
}

// use reports a use after the last release.
func (b *countedBuffer) use(doing string) bool {
	b.t.mu.Lock()
	refs := b.refs
	b.t.mu.Unlock()
	if refs < 1 {
		b.t.errorf("block %s: %s after the last release", b.id, doing)
	}
	return refs >= 1
}

func (b *countedBuffer) Size() int64 { return b.size }

func (b *countedBuffer) Bytes() ([]byte, error) {
	if !b.use("Bytes") {
		return nil, errors.New("conformance: released")
	}
	if b.torn != nil {
		return nil, b.torn
	}
	return b.bytes, nil
}

func (b *countedBuffer) Open() (io.ReadCloser, error) {
	if !b.use("Open") {
		return nil, errors.New("conformance: released")
	}
	if b.torn != nil {
		return nil, b.torn
	}
	return io.NopCloser(bytes.NewReader(b.bytes)), nil
}

func (b *countedBuffer) Retain() {
	if b.use("Retain") {
		b.t.record(func() { b.refs++ })
	}
}

func (b *countedBuffer) Release() {
	refs := 0
	b.t.record(func() { b.refs--; refs = b.refs })
	switch {
	case refs < 0:
		b.t.errorf("block %s: released once too often", b.id)
	case refs == 0:
		for i := range b.bytes {
			b.bytes[i] = 0xDB
		}
	}
}
