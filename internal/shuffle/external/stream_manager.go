// SPDX-License-Identifier: Apache-2.0

package external

import (
	"strconv"
	"strings"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/transport"
)

// streamManager serves the blocks of open requests as the chunks of numeric streams, each chunk once and in order. A
// stream belongs to the connection that opened it; no file is open for it.
type streamManager struct {
	handler *handler

	mu      api.Mutex
	last    int64
	streams map[int64]*stream
}

// stream is the chunks of one request.
type stream struct {
	owner *transport.Client
	size  int32
	at    int32 // the chunk that must be asked for
	chunk func(i int) chunk
}

var _ transport.StreamManager = (*streamManager)(nil)

func newStreamManager(rt api.Runtime, h *handler) *streamManager {
	return &streamManager{handler: h, mu: rt.NewMutex(), last: rt.Rand().Int64N(1 << 62), streams: map[int64]*stream{}}
}

// register makes a stream of n chunks that belongs to a connection and returns its id.
func (m *streamManager) register(owner *transport.Client, n int, chunk func(i int) chunk) int64 {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.last++
	if n > 0 {
		m.streams[m.last] = &stream{owner: owner, size: int32(n), chunk: chunk}
	}
	return m.last
}

// GetChunk implements transport.StreamManager.
func (m *streamManager) GetChunk(streamID int64, index int32) (api.ManagedBuffer, error) {
	c, owner, err := m.take(streamID, index)
	if err != nil {
		return nil, err
	}
	data, n, err := c.find(m.handler)
	switch {
	case err != nil:
		m.handler.failed(owner, err)
		return nil, err
	case data == nil:
		return nil, nil //nolint:nilnil // the transport tells that the chunk was not found
	}
	count := &m.handler.counters
	count.chunks.Add(1)
	count.blocks.Add(uint64(n))
	count.bytes.Add(uint64(data.Size()))
	return data, nil
}

// take returns the next chunk of a stream, which must be the one asked for, and whose stream it is.
func (m *streamManager) take(streamID int64, index int32) (chunk, *transport.Client, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.streams[streamID]
	switch {
	case s == nil:
		return nil, nil, transport.IllegalState("Requested chunk not available since streamId %d is closed", streamID)
	case index != s.at:
		return nil, nil, transport.IllegalState("Received out-of-order chunk index %d (expected %d)", index, s.at)
	}
	s.at++
	if s.at == s.size {
		delete(m.streams, streamID)
	}
	return s.chunk(int(index)), s.owner, nil
}

// OpenStream implements transport.StreamManager: "<streamId>_<chunkIndex>" is that chunk.
func (m *streamManager) OpenStream(id string) (api.ManagedBuffer, error) {
	stream, index, ok := strings.Cut(id, "_")
	s, err1 := strconv.ParseInt(stream, 10, 64)
	i, err2 := strconv.ParseInt(index, 10, 32)
	if !ok || err1 != nil || err2 != nil {
		return nil, transport.IllegalArgument("stream id %.100q: want streamId_chunkIndex", id)
	}
	return m.GetChunk(s, int32(i))
}

// ConnectionTerminated implements transport.StreamManager: the connection's streams end.
func (m *streamManager) ConnectionTerminated(c *transport.Client) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for id, s := range m.streams {
		if s.owner == c {
			delete(m.streams, id)
		}
	}
}
