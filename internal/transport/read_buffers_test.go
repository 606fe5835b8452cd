// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"sync"
	"sync/atomic"
	"testing"

	"github.com/twinwire/twinwire/internal/wire"
)

func TestShelfGivesEachBufferOnce(t *testing.T) {
	s := newShelf()
	taken := map[*byte][]byte{}
	for range shelfSize {
		b := s.take()
		if len(b) != wire.BufferSize || cap(b) != wire.BufferSize {
			t.Fatalf("buffer of %d bytes, %d with what lies behind: want %d", len(b), cap(b), wire.BufferSize)
		}
		taken[&b[0]] = b
	}
	if len(taken) != shelfSize {
		t.Errorf("%d different buffers, want %d", len(taken), shelfSize)
	}
	if s.take() != nil {
		t.Error("a buffer more than there are")
	}
	for _, b := range taken {
		if !s.giveBack(b) {
			t.Error("a buffer of the shelf is refused")
		}
	}
	if s.giveBack(make([]byte, wire.BufferSize)) {
		t.Error("a buffer from elsewhere is taken for one of the shelf")
	}
	if s.free.Load() != 1<<shelfSize-1 {
		t.Errorf("free %b after all came back", s.free.Load())
	}
}

func TestReadBuffersBeyondTheShelf(t *testing.T) {
	b := readBuffers{pool: new(sync.Pool)}
	early := b.get()
	b.stock()
	var all [][]byte
	for range shelfSize + 3 {
		all = append(all, b.get())
	}
	b.put(early)
	for _, p := range all {
		b.put(p)
	}
	b.put(make([]byte, 10))
	if free := b.shelf.Load().free.Load(); free != 1<<shelfSize-1 {
		t.Errorf("free %b after all came back", free)
	}
}

func TestShelfSharedByManyTasks(t *testing.T) {
	s := newShelf()
	var owners [shelfSize]atomic.Int32
	for i := range shelfSize {
		s.buffer(i)[0] = byte(i)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 10_000 {
				p := s.take()
				owner := &owners[p[0]]
				if owner.Add(1) != 1 {
					t.Error("two have one buffer")
				}
				owner.Add(-1)
				s.giveBack(p)
			}
		})
	}
	wg.Wait()
}

func TestMuchTrafficStocksTheShelf(t *testing.T) {
	var s shared
	b, r := &s.buffers, &reader{shared: &s}
	r.brought(stockAfter - 1)
	if b.shelf.Load() != nil {
		t.Fatal("a shelf before there was much traffic")
	}
	r.brought(1)
	if b.shelf.Load() == nil {
		t.Fatalf("no shelf behind %d bytes", stockAfter)
	}
}
