// SPDX-License-Identifier: Apache-2.0

package transport_test

import (
	"bytes"
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// chunkLine is the application of a stream whose chunk i has i bytes times the stream's number.
type chunkLine struct {
	*echo
	hold chan struct{} // chunks wait for its end
}

func (l chunkLine) Streams() transport.StreamManager { return l }
func (l chunkLine) GetChunk(stream int64, index int32) (api.ManagedBuffer, error) {
	<-l.hold
	return api.NewBytesBuffer(chunkOf(stream, index)), nil
}
func (chunkLine) OpenStream(string) (api.ManagedBuffer, error) { return nil, nil }
func (chunkLine) ConnectionTerminated(*transport.Client)       {}

func chunkOf(stream int64, index int32) []byte {
	return bytes.Repeat([]byte{byte(index + 1)}, int(stream)*int(index))
}

func newChunkLine() chunkLine { return chunkLine{newEcho(), make(chan struct{})} }

// kept keeps every chunk and failure.
type kept struct {
	mu     sync.Mutex
	chunks map[int32]api.ManagedBuffer
	failed map[int32]error
	left   int
	end    chan struct{}
}

func newKept(n int) *kept {
	return &kept{chunks: map[int32]api.ManagedBuffer{}, failed: map[int32]error{}, left: n, end: make(chan struct{})}
}

func (k *kept) OnSuccess(i int32, data api.ManagedBuffer) {
	k.mu.Lock()
	defer k.mu.Unlock()
	data.Retain()
	k.chunks[i] = data
	k.ended()
}

func (k *kept) OnFailure(i int32, cause error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.failed[i] = cause
	k.ended()
}

// ended is called with mu held.
func (k *kept) ended() {
	if k.left--; k.left == 0 {
		close(k.end)
	}
}

func (k *kept) wait(t *testing.T) {
	t.Helper()
	select {
	case <-k.end:
	case <-time.After(30 * time.Second):
		t.Fatalf("%d chunks did not end", k.left)
	}
}

// TestFetchChunks: more chunks than leave in one write, small and large ones, each of which keeps its bytes while it is
// referred to.
func TestFetchChunks(t *testing.T) {
	line := newChunkLine()
	close(line.hold)
	c := connect(t, newFactory(t, transport.Config{}), newServer(t, line, transport.Config{}))
	const n, times = 1200, 100
	k := newKept(n)
	c.FetchChunks(t.Context(), times, 0, n, k)
	k.wait(t)
	for i := range int32(n) {
		b, err := k.chunks[i].Bytes()
		if err != nil || !bytes.Equal(b, chunkOf(times, i)) {
			t.Fatalf("chunk %d: %d bytes, %v", i, len(b), err)
		}
		k.chunks[i].Release()
	}
	if n := c.Outstanding(); n != 0 {
		t.Errorf("%d requests outstanding", n)
	}
}

// TestFetchChunksTwice: a chunk that is being fetched already fails, those around it do not.
func TestFetchChunksTwice(t *testing.T) {
	line := newChunkLine()
	c := connect(t, newFactory(t, transport.Config{}), newServer(t, line, transport.Config{}))
	first, rest := newKept(1), newKept(5)
	c.FetchChunk(t.Context(), 1, 2, first)
	c.FetchChunks(t.Context(), 1, 0, 4, rest)
	c.FetchChunks(t.Context(), 1, 4, 1, rest)
	close(line.hold)
	first.wait(t)
	rest.wait(t)
	if len(first.chunks) != 1 || len(rest.chunks) != 4 || len(rest.failed) != 1 || rest.failed[2] == nil {
		t.Errorf("chunks %d and %d, failed %v", len(first.chunks), len(rest.chunks), rest.failed)
	}
}

// TestFetchChunksOfAClosedConnection: each fails once.
func TestFetchChunksOfAClosedConnection(t *testing.T) {
	c := connect(t, newFactory(t, transport.Config{}), newServer(t, newChunkLine(), transport.Config{}))
	c.Close()
	k := newKept(700)
	c.FetchChunks(t.Context(), 1, 0, 700, k)
	k.wait(t)
	for i := range int32(700) {
		if !errors.Is(k.failed[i], api.ErrConnectionClosed) {
			t.Fatalf("chunk %d: %v", i, k.failed[i])
		}
	}
}

// TestFetchChunksInVain: when the context ends while the connection is congested each chunk fails once, and none is waited
// for.
func TestFetchChunksInVain(t *testing.T) {
	inWorlds(t, func(s *stage) {
		c, _ := s.meet(transport.Config{})
		ctx, cancel := api.WithCancel(s.ctx, s.rt)
		for !c.Congested() {
			if err := c.Send(s.ctx, make([]byte, 1<<20)); err != nil {
				s.Fatal(err)
			}
		}
		cancel()
		const n = 700
		o := s.outcome()
		c.FetchChunks(ctx, 3, 5, n, chunkOutcome{o})
		for i := range int32(n) {
			if e := o.next(); e.index != 5+i || !errors.Is(e.err, context.Canceled) {
				s.Fatal(i, e)
			}
		}
		if k := c.Outstanding(); k != 0 || !o.none() {
			s.Errorf("%d outstanding, more ends %v", k, !o.none())
		}
	})
}

// TestFetchChunksWhileTheConnectionEnds: each chunk ends once, whoever tells of it.
func TestFetchChunksWhileTheConnectionEnds(t *testing.T) {
	for seed := range uint64(600) {
		inSimulation(t, seed, func(s *stage) {
			c, _ := s.meet(transport.Config{})
			o := s.outcome()
			const n = 5
			s.start("end", c.Close)
			for i := range int32(n) {
				c.FetchChunks(s.ctx, 1, 2*i, 2, chunkOutcome{o})
			}
			ends := map[int32]int{}
			for range 2 * n {
				e := o.next()
				if ends[e.index]++; !isClosed(e.err) {
					s.Error(e)
				}
			}
			s.sleep(s.short)
			if len(ends) != 2*n || !o.none() {
				s.Errorf("seed %d: chunks ended so often: %v, and more: %v", seed, ends, !o.none())
			}
		})
	}
}
