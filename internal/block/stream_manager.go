// SPDX-License-Identifier: Apache-2.0

package block

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// StreamManager serves the chunks of registered streams, each chunk once and in order, as Spark's
// OneForOneStreamManager. Any connection may ask for them; the streams end with the one they were registered for.
type StreamManager struct {
	most          int           // chunks of one connection that are open; <= 0: no bound
	blocks, bytes atomic.Uint64 // served

	mu      api.Mutex
	next    int64
	streams map[int64]*streamState
	owned   map[*transport.Client]*ownedStreams
}

// ownedStreams are the open streams of one connection.
type ownedStreams struct {
	client *transport.Client
	ids    map[int64]struct{}
	left   int // chunks of them that were not taken
}

var (
	_ transport.StreamManager = (*StreamManager)(nil)
	_ transport.StreamHolder  = (*StreamManager)(nil)
	_ transport.ReadyStreams  = (*StreamManager)(nil)
)

// NewStreamManager returns a manager without streams. Its first id is drawn. It admits maxOpen chunks of one connection
// at a time; 0 or less: any number.
func NewStreamManager(rt api.Runtime, maxOpen int) *StreamManager {
	return &StreamManager{
		most: maxOpen, mu: rt.NewMutex(), next: rt.Rand().Int64N(1<<31-1) * 1000, streams: map[int64]*streamState{},
		owned: map[*transport.Client]*ownedStreams{},
	}
}

// Admit fails when a connection that opened chunks more would hold too many open. Ask it before they are made, from the
// connection's reading task.
func (m *StreamManager) Admit(owner *transport.Client, chunks int) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	open := 0
	if o := m.owned[owner]; o != nil {
		open = o.left
	}
	if m.most <= 0 || chunks <= m.most-open {
		return nil
	}
	return transport.IllegalState("%d blocks cannot be opened beside %d that were not fetched: the limit for a connection is %d (MaxOpenBlocks)", chunks, open, m.most)
}

// Register takes over s for a connection and returns its id. A stream without chunks has ended already. Register it from
// the connection's reading task: only then is the end of the connection sure to come later.
func (m *StreamManager) Register(owner *transport.Client, s Stream) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	id := m.next
	m.next++
	n := s.chunks()
	if n == 0 {
		return id
	}
	o := m.owned[owner]
	if o == nil {
		o = &ownedStreams{client: owner, ids: map[int64]struct{}{}}
		m.owned[owner] = o
	}
	o.ids[id] = struct{}{}
	o.left += n
	m.streams[id] = &streamState{Stream: s, owner: o}
	return id
}

// Open is how many streams have chunks that were not asked for.
func (m *StreamManager) Open() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.streams)
}

// Holds implements transport.StreamHolder.
func (m *StreamManager) Holds(c *transport.Client) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.owned[c] != nil
}

// Ready implements transport.ReadyStreams: buffers are there already.
func (m *StreamManager) Ready(streamID int64) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.streams[streamID]
	return s != nil && s.Open == nil
}

// GetChunk implements transport.StreamManager.
func (m *StreamManager) GetChunk(streamID int64, index int32) (api.ManagedBuffer, error) {
	data, open, err := m.take(streamID, int(index))
	if err == nil && open != nil {
		data, err = open(int(index))
	}
	if err != nil || data == nil {
		return nil, err
	}
	m.blocks.Add(1)
	m.bytes.Add(uint64(data.Size()))
	return data, nil
}

func (m *StreamManager) take(streamID int64, index int) (api.ManagedBuffer, func(int) (api.ManagedBuffer, error), error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.streams[streamID]
	switch {
	case s == nil:
		return nil, nil, transport.IllegalState("Requested chunk not available since streamId %d is closed", streamID)
	case index != s.next:
		return nil, nil, transport.IllegalState("Received out-of-order chunk index %d (expected %d)", index, s.next)
	}
	data, open := s.take(index)
	s.owner.left--
	if s.next == s.chunks() {
		m.forgetLocked(streamID)
	}
	return data, open, nil
}

// forgetLocked drops a stream whose last chunk was taken.
func (m *StreamManager) forgetLocked(id int64) {
	owner := m.streams[id].owner
	delete(m.streams, id)
	delete(owner.ids, id)
	if len(owner.ids) == 0 {
		delete(m.owned, owner.client)
	}
}

// OpenStream implements transport.StreamManager: "<streamId>_<chunkIndex>" is that chunk. Others are read, and refused, as
// in Spark: what stands behind a second "_" does not count, nor do those at the end.
func (m *StreamManager) OpenStream(id string) (api.ManagedBuffer, error) {
	parts := strings.SplitN(id, "_", 3)
	if trimmed := strings.TrimRight(id, "_"); trimmed != id {
		parts = strings.SplitN(trimmed, "_", 3)
		if trimmed == "" {
			parts = nil
		}
	}
	var numbers [2]int64
	for i := range numbers {
		if i >= len(parts) {
			return nil, transport.OutOfBounds(i, len(parts))
		}
		var err error
		if numbers[i], err = strconv.ParseInt(parts[i], 10, 64>>i); err != nil {
			return nil, transport.NumberFormat(parts[i])
		}
	}
	return m.GetChunk(numbers[0], int32(numbers[1]))
}

// ConnectionTerminated implements transport.StreamManager: the connection's streams end, what was not taken is released.
func (m *StreamManager) ConnectionTerminated(c *transport.Client) {
	m.mu.Lock()
	var left []api.ManagedBuffer
	if o := m.owned[c]; o != nil {
		delete(m.owned, c)
		for _, id := range slices.Sorted(maps.Keys(o.ids)) { // oldest first
			left = append(left, m.streams[id].Buffers...)
			delete(m.streams, id)
		}
	}
	m.mu.Unlock()
	release(left)
}

// release releases every buffer, nil ones apart, also when one of them panics.
func release(buffers []api.ManagedBuffer) {
	at := 0
	defer func() {
		if at < len(buffers) {
			release(buffers[at+1:])
		}
	}()
	for ; at < len(buffers); at++ {
		if b := buffers[at]; b != nil {
			b.Release()
		}
	}
}
