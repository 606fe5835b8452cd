// SPDX-License-Identifier: Apache-2.0

package block

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// streamManager serves registered buffers as the chunks of numeric streams, each chunk once and in order, as Spark's
// OneForOneStreamManager. It owns the buffers until they are taken or their connection ends.
type streamManager struct {
	blocks, bytes atomic.Uint64 // served

	mu      api.Mutex
	next    int64
	streams map[int64]*streamState
}

type streamState struct {
	owner   *transport.Client
	buffers []api.ManagedBuffer
	at      int
}

var _ transport.StreamManager = (*streamManager)(nil)

func newStreamManager(rt api.Runtime) *streamManager {
	return &streamManager{mu: rt.NewMutex(), next: rt.Rand().Int64N(1<<31-1) * 1000, streams: map[int64]*streamState{}}
}

// register takes over buffers as a stream of the connection and returns its id.
func (m *streamManager) register(owner *transport.Client, buffers []api.ManagedBuffer) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	id := m.next
	m.next++
	if len(buffers) > 0 {
		m.streams[id] = &streamState{owner: owner, buffers: buffers}
	}
	return id
}

// GetChunk implements transport.StreamManager.
func (m *streamManager) GetChunk(streamID int64, index int32) (api.ManagedBuffer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.streams[streamID]
	switch {
	case s == nil:
		return nil, transport.IllegalState("Requested chunk not available since streamId %d is closed", streamID)
	case int(index) != s.at:
		return nil, transport.IllegalState("Received out-of-order chunk index %d (expected %d)", index, s.at)
	}
	b := s.buffers[s.at]
	s.buffers[s.at] = nil
	s.at++
	if s.at == len(s.buffers) {
		delete(m.streams, streamID)
	}
	m.blocks.Add(1)
	m.bytes.Add(uint64(b.Size()))
	return b, nil
}

// OpenStream implements transport.StreamManager: "<streamId>_<chunkIndex>" is that chunk.
func (m *streamManager) OpenStream(id string) (api.ManagedBuffer, error) {
	stream, chunk, ok := strings.Cut(id, "_")
	s, err1 := strconv.ParseInt(stream, 10, 64)
	c, err2 := strconv.ParseInt(chunk, 10, 32)
	if !ok || err1 != nil || err2 != nil {
		return nil, transport.IllegalArgument("stream id %q: want streamId_chunkIndex", id)
	}
	return m.GetChunk(s, int32(c))
}

// ConnectionTerminated implements transport.StreamManager: the connection's streams end, what was not taken is released.
func (m *streamManager) ConnectionTerminated(c *transport.Client) {
	m.mu.Lock()
	var ids []int64
	for id, s := range m.streams {
		if s.owner == c {
			ids = append(ids, id)
		}
	}
	slices.SortFunc(ids, cmp.Compare[int64])
	var left []api.ManagedBuffer
	for _, id := range ids {
		s := m.streams[id]
		left = append(left, s.buffers[s.at:]...)
		delete(m.streams, id)
	}
	m.mu.Unlock()
	release(left)
}

func release(buffers []api.ManagedBuffer) {
	for _, b := range buffers {
		b.Release()
	}
}
