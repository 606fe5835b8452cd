// SPDX-License-Identifier: Apache-2.0

package block

import (
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
	blocks, bytes atomic.Uint64 // served

	mu      api.Mutex
	next    int64
	streams map[int64]*streamState
	owned   map[*transport.Client][]int64 // open streams, oldest first
}

var (
	_ transport.StreamManager = (*StreamManager)(nil)
	_ transport.StreamHolder  = (*StreamManager)(nil)
)

// NewStreamManager returns a manager without streams. Its first id is drawn.
func NewStreamManager(rt api.Runtime) *StreamManager {
	return &StreamManager{
		mu: rt.NewMutex(), next: rt.Rand().Int64N(1<<31-1) * 1000, streams: map[int64]*streamState{},
		owned: map[*transport.Client][]int64{},
	}
}

// Register takes over s for a connection and returns its id. A stream without chunks has ended already. Register it from
// the connection's reading task: only then is the end of the connection sure to come later.
func (m *StreamManager) Register(owner *transport.Client, s Stream) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	id := m.next
	m.next++
	if s.chunks() > 0 {
		m.streams[id] = &streamState{Stream: s, owner: owner}
		m.owned[owner] = append(m.owned[owner], id)
	}
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
	return len(m.owned[c]) > 0
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
	if s.next == s.chunks() {
		m.forgetLocked(streamID)
	}
	return data, open, nil
}

// forgetLocked drops a stream whose last chunk was taken.
func (m *StreamManager) forgetLocked(id int64) {
	owner := m.streams[id].owner
	delete(m.streams, id)
	left := slices.DeleteFunc(m.owned[owner], func(other int64) bool { return other == id })
	if len(left) == 0 {
		delete(m.owned, owner)
		return
	}
	m.owned[owner] = left
}

// OpenStream implements transport.StreamManager: "<streamId>_<chunkIndex>" is that chunk.
func (m *StreamManager) OpenStream(id string) (api.ManagedBuffer, error) {
	stream, chunk, ok := strings.Cut(id, "_")
	s, err1 := strconv.ParseInt(stream, 10, 64)
	c, err2 := strconv.ParseInt(chunk, 10, 32)
	if !ok || err1 != nil || err2 != nil {
		return nil, transport.IllegalArgument("stream id %q: want streamId_chunkIndex", id)
	}
	return m.GetChunk(s, int32(c))
}

// ConnectionTerminated implements transport.StreamManager: the connection's streams end, what was not taken is released.
func (m *StreamManager) ConnectionTerminated(c *transport.Client) {
	m.mu.Lock()
	ids := m.owned[c]
	delete(m.owned, c)
	var left []api.ManagedBuffer
	for _, id := range ids {
		left = append(left, m.streams[id].Buffers...)
		delete(m.streams, id)
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
