// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"bytes"
	"math/rand/v2"
	"net"
	"testing"
	"unsafe"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
	"github.com/twinwire/twinwire/internal/wire"
	"github.com/twinwire/twinwire/netty"
)

// TestOneReadBringsSeveralChunks: while chunks of one size are waited for, four of 64 KiB take one read, from the second
// on.
func TestOneReadBringsSeveralChunks(t *testing.T) {
	for _, c := range []struct{ size, chunks, reads int }{{64 << 10, 13, 5}, {128 << 10, 9, 6}, {200 << 10, 9, 10}} {
		var stream []byte
		for i := range int32(c.chunks) {
			stream = append(wire.AppendChunkFetchSuccessHeader(stream, 7, i, int64(c.size)), make([]byte, c.size)...)
		}
		conn := &readLog{data: bytes.NewReader(stream)}
		r := transport.NewReader(netty.NewRuntime(), conn)
		for i := range c.chunks {
			got, err := r.Chunk(c.chunks - i)
			if err != nil {
				t.Fatalf("chunk %d of %d bytes: %v", i, c.size, err)
			}
			got.Release()
		}
		if conn.reads != c.reads {
			t.Errorf("%d reads for %d chunks of %d bytes, want %d", conn.reads, c.chunks, c.size, c.reads)
		}
	}
}

// TestBodiesOfARunLieApartFromTheStartOfAPage: no body of a run begins just behind the start of a page, for then it takes
// long to copy the pages of a file there.
func TestBodiesOfARunLieApartFromTheStartOfAPage(t *testing.T) {
	const size, chunks, page, apart = 64 << 10, 9, 4 << 10, 256
	var stream []byte
	for i := range int32(chunks) {
		stream = append(wire.AppendChunkFetchSuccessHeader(stream, 7, i, size), make([]byte, size)...)
	}
	r := transport.NewReader(netty.NewRuntime(), &readLog{data: bytes.NewReader(stream)})
	for i := range chunks {
		got, err := r.Chunk(chunks - i)
		if err != nil {
			t.Fatalf("chunk %d: %v", i, err)
		}
		b, err := got.Bytes()
		if err != nil {
			t.Fatalf("chunk %d: %v", i, err)
		}
		if at := uintptr(unsafe.Pointer(&b[0])) % page; r.Run() != nil && at < apart {
			t.Errorf("chunk %d begins %d bytes behind the start of a page", i, at)
		}
		got.Release()
	}
}

// endlessChunks are the bytes of chunks, one behind the other.
type endlessChunks struct {
	net.Conn
	chunk []byte
	at    int
}

func (e *endlessChunks) Read(p []byte) (int, error) {
	n := copy(p, e.chunk[e.at:])
	e.at = (e.at + n) % len(e.chunk)
	return n, nil
}

// TestLargeChunksStockNoShelf: bodies that are received in place need no read buffers, however many come; small messages
// do.
func TestLargeChunksStockNoShelf(t *testing.T) {
	for _, size := range []int{64 << 10, 1 << 20, 1 << 10} {
		chunk := append(wire.AppendChunkFetchSuccessHeader(nil, 7, 0, int64(size)), make([]byte, size)...)
		r := transport.NewReader(netty.NewRuntime(), &endlessChunks{chunk: chunk})
		for got := 0; got < 2*transport.StockAfter; got += size {
			_, body, err := r.Next(8)
			if err != nil {
				t.Fatal(err)
			}
			if body != nil {
				body.Release()
			}
		}
		if got := r.Stocked(); got != (size < 64<<10) {
			t.Errorf("with chunks of %d bytes there is a shelf: %t", size, got)
		}
	}
}

// sizes is an application whose chunk i has the i-th of some sizes.
type sizes struct {
	*app
	of []int
}

func (s sizes) Streams() transport.StreamManager { return s }

func (s sizes) GetChunk(_ int64, i int32) (api.ManagedBuffer, error) {
	return api.NewBytesBuffer(bytes.Repeat([]byte{byte(i), byte(i >> 8)}, s.of[i])), nil
}

// TestChunksOfMixedSizes: whatever comes behind whatever, each chunk has its bytes, also when it is kept while others
// come.
func TestChunksOfMixedSizes(t *testing.T) {
	inWorlds(t, func(s *stage) {
		const n = 120
		rng := rand.New(rand.NewPCG(1, 2))
		usual := []int{32 << 10, 32 << 10, 32 << 10, 33_000, 50_000, 64 << 10, 100_000, 10, 0}
		a := sizes{app: &app{}}
		for len(a.of) < n { // in runs of a few
			size := usual[rng.IntN(len(usual))]
			for range 1 + rng.IntN(6) {
				a.of = append(a.of, size)
			}
		}
		c := s.client(transport.Config{}, s.server(transport.Config{}, a).Addr())
		k := newKept(n)
		c.FetchChunks(s.ctx, 0, 0, n, k)
		s.until("all chunks", func() bool { k.mu.Lock(); defer k.mu.Unlock(); return k.left == 0 })
		for i := range int32(n) {
			want, _ := a.GetChunk(0, i)
			w, _ := want.Bytes()
			if k.failed[i] != nil {
				s.Fatalf("chunk %d: %v", i, k.failed[i])
			}
			if b, err := k.chunks[i].Bytes(); err != nil || !bytes.Equal(b, w) {
				s.Errorf("chunk %d of %d bytes: other bytes, %v", i, len(w), err)
			}
			k.chunks[i].Release()
		}
	})
}
