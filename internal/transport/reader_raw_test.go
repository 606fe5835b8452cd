// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"bytes"
	"testing"

	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/netty"
)

// TestManyRawBytesComeInLargePieces: of a long stream each read, but for the last, takes as much as a piece; whoever takes
// the bytes gets all of them, in order, and none of what follows.
func TestManyRawBytesComeInLargePieces(t *testing.T) {
	const pieces = 5
	next := []byte("what follows")
	for _, size := range []int{10, transport.RawPiece - 1, transport.RawPiece, pieces*transport.RawPiece + 12_345} {
		data := bytes.Repeat([]byte("0123456789abcdef"), size/16+1)[:size]
		conn := &readLog{data: bytes.NewReader(append(data, next...))}
		r := transport.NewReader(netty.NewRuntime(), conn)
		var got []byte
		taken := 0
		err := r.Raw(int64(size), func(p []byte) error {
			taken++
			got = append(got, p...)
			return nil
		})
		if err != nil || !bytes.Equal(got, data) {
			t.Errorf("%d bytes: %d came, %v", size, len(got), err)
		}
		if rest := r.Held(); !bytes.HasPrefix(next, rest) {
			t.Errorf("behind %d bytes: %q", size, rest)
		}
		if size > pieces*transport.RawPiece && (taken != pieces+1 || conn.reads != pieces+1) {
			t.Errorf("%d bytes in %d pieces of %d reads, want %d", size, taken, conn.reads, pieces+1)
		}
	}
}
