// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"bytes"
	"net"
	"testing"

	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
	"github.com/twinwire/twinwire/netty"
)

// readLog is a connection that brings as much as a read takes, and counts the reads.
type readLog struct {
	net.Conn
	data  *bytes.Reader
	reads int
}

func (l *readLog) Read(p []byte) (int, error) {
	l.reads++
	return l.data.Read(p)
}

// TestOneReadBringsABodyAndWhatIsNext: of large chunks one behind the other, each takes a read for every piece, and none
// for what it begins with; and of what follows the last nothing is lost.
func TestOneReadBringsABodyAndWhatIsNext(t *testing.T) {
	const chunks, piece = 5, transport.BodyPiece
	last := []byte("what follows")
	for _, c := range []struct{ size, reads int }{{wire.BufferSize, 1}, {piece - 1, 1}, {piece, 1}, {piece + 1, 2}, {3 * piece, 3}} {
		body := bytes.Repeat([]byte("0123456789abcdef"), c.size/16+1)[:c.size]
		var stream []byte
		for i := range int32(chunks) {
			stream = append(wire.AppendChunkFetchSuccessHeader(stream, 7, i, int64(c.size)), body...)
		}
		conn := &readLog{data: bytes.NewReader(append(stream, last...))}
		r := transport.NewReader(netty.NewRuntime(), conn)
		for i := range chunks {
			got, err := r.Chunk(1)
			if err != nil {
				t.Fatalf("chunk %d of %d bytes: %v", i, c.size, err)
			}
			if b, err := got.Bytes(); err != nil || !bytes.Equal(b, body) {
				t.Errorf("chunk %d of %d bytes: other bytes, %v", i, c.size, err)
			}
			got.Release()
		}
		if got := r.Held(); !bytes.Equal(got, last) {
			t.Errorf("behind chunks of %d bytes: %q, want %q", c.size, got, last)
		}
		if want := 1 + chunks*c.reads; conn.reads != want {
			t.Errorf("%d reads for %d chunks of %d bytes, want %d", conn.reads, chunks, c.size, want)
		}
	}
}
