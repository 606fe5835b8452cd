// SPDX-License-Identifier: Apache-2.0

package conformance

import (
	"fmt"
	"hash/fnv"
	"time"

	"github.com/twinwire/twinwire/api"
)

// blockStore is the blocks of a trial's service. What it hands out is counted. Its fields are guarded by the trial's lock.
type blockStore struct {
	t     *trial
	rt    api.Runtime
	sizes map[string]int   // the blocks there are
	fails map[string]error // blocks that cannot be had
	torn  map[string]error // blocks that can be had, and whose bytes cannot
	slow  time.Duration    // what reading takes
	full  error            // refuses uploads
	again bool             // blocks may be asked for again after they have come
	gated string           // the block whose reading waits for the gate
	gate  *api.Queue[int]

	gets    map[string]int // how often each block was asked for
	done    map[string]bool
	puts    []put
	buffers []*countedBuffer
}

// put is an upload that the store heard of.
type put struct {
	id, metadata string
	data         string
}

func (t *trial) blockStore(h Host) *blockStore {
	return &blockStore{t: t, rt: h.Runtime(), sizes: map[string]int{}, fails: map[string]error{}, torn: map[string]error{}, gets: map[string]int{}, done: map[string]bool{}}
}

// content is what the block id holds when it has size bytes.
func content(id string, size int) []byte {
	h := fnv.New32a()
	_, _ = h.Write([]byte(id)) // never fails
	x := h.Sum32()
	b := make([]byte, size)
	for i := range b {
		x = x*1_664_525 + 1_013_904_223
		b[i] = byte(x >> 24)
	}
	return b
}

func (s *blockStore) GetBlockData(id string) (api.ManagedBuffer, error) {
	if s.slow > 0 {
		if err := api.Sleep(s.t.ctx, s.rt, s.slow); err != nil {
			return nil, err
		}
	}
	var size int
	var known, wait bool
	var err error
	again := false
	s.t.record(func() {
		s.gets[id]++
		again = s.done[id] && !s.again
		wait = s.gate != nil && s.gated == id
		size, known = s.sizes[id]
		err = s.fails[id]
	})
	if wait {
		if _, err := s.gate.Get(s.t.ctx); err != nil {
			return nil, err
		}
	}
	switch {
	case again:
		s.t.errorf("block %s was asked for again after it had come", id)
	case err != nil:
		return nil, err
	case !known:
		return nil, fmt.Errorf("block %s: %w", id, api.ErrBlockNotFound)
	}
	b := newCountedBuffer(s.t, id, content(id, size))
	s.t.record(func() { b.torn = s.torn[id]; s.buffers = append(s.buffers, b) })
	return b, nil
}

func (s *blockStore) PutBlockData(id string, data api.ManagedBuffer, metadata []byte) error {
	b, err := data.Bytes()
	if err != nil {
		s.t.errorf("an uploaded block cannot be read: %v", err)
		return err
	}
	p := put{id: id, metadata: string(metadata), data: string(b)}
	s.t.record(func() { s.puts = append(s.puts, p) })
	return s.full
}

// released waits until every buffer handed out has come back.
func (s *blockStore) released() {
	s.t.until("the release of every block's buffer", func() bool {
		for _, b := range s.buffers {
			if b.refs > 0 {
				return false
			}
		}
		return true
	})
}

// times says how often a block was asked for.
func (s *blockStore) times(id string) int {
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	return s.gets[id]
}

// uploads returns the uploads so far.
func (s *blockStore) uploads() []put {
	s.t.mu.Lock()
	defer s.t.mu.Unlock()
	return append([]put(nil), s.puts...)
}
