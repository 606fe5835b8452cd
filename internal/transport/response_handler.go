// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"cmp"
	"slices"

	"github.com/twinwire/twinwire/api"
)

// responseHandler holds what waits for replies, as Spark's TransportResponseHandler.
type responseHandler struct {
	remote string

	mu        api.Mutex
	nextID    int64
	rpcs      map[int64]RpcCallback
	chunks    map[chunkID]ChunkCallback
	streams   []StreamCallback // in the order of the requests
	receiving bool             // a stream's raw bytes are coming in
}

type chunkID struct {
	stream int64
	index  int32
}

func newResponseHandler(rt api.Runtime, remote string) *responseHandler {
	return &responseHandler{
		remote: remote, mu: rt.NewMutex(), nextID: rt.Rand().Int64N(1 << 62),
		rpcs: map[int64]RpcCallback{}, chunks: map[chunkID]ChunkCallback{},
	}
}

func (h *responseHandler) outstanding() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := len(h.rpcs) + len(h.chunks) + len(h.streams)
	if h.receiving {
		n++
	}
	return n
}

// addRpc registers cb under a new id, before the request is written.
func (h *responseHandler) addRpc(cb RpcCallback) int64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.nextID = (h.nextID + 1) & (1<<63 - 1)
	h.rpcs[h.nextID] = cb
	return h.nextID
}

// addChunk registers cb, unless that chunk is waited for already.
func (h *responseHandler) addChunk(id chunkID, cb ChunkCallback) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.chunks[id] != nil {
		return false
	}
	h.chunks[id] = cb
	return true
}

func (h *responseHandler) addStream(cb StreamCallback) {
	h.mu.Lock()
	h.streams = append(h.streams, cb)
	h.mu.Unlock()
}

func (h *responseHandler) takeRpc(id int64) RpcCallback {
	h.mu.Lock()
	defer h.mu.Unlock()
	cb := h.rpcs[id]
	delete(h.rpcs, id)
	return cb
}

func (h *responseHandler) takeChunk(id chunkID) ChunkCallback {
	h.mu.Lock()
	defer h.mu.Unlock()
	cb := h.chunks[id]
	delete(h.chunks, id)
	return cb
}

// takeStream takes the oldest stream request; receive says that its bytes come now, until streamEnded.
func (h *responseHandler) takeStream(receive bool) StreamCallback {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.streams) == 0 {
		return nil
	}
	cb := h.streams[0]
	h.streams = h.streams[1:]
	h.receiving = receive
	return cb
}

func (h *responseHandler) streamEnded() {
	h.mu.Lock()
	h.receiving = false
	h.mu.Unlock()
}

// failAll ends everything that waits: chunks, then requests, both in order, then streams.
func (h *responseHandler) failAll(cause error) {
	h.mu.Lock()
	chunks, rpcs, streams := h.chunks, h.rpcs, h.streams
	h.chunks, h.rpcs, h.streams = map[chunkID]ChunkCallback{}, map[int64]RpcCallback{}, nil
	h.mu.Unlock()
	for _, id := range sortedKeys(chunks, func(a, b chunkID) int {
		return cmp.Or(cmp.Compare(a.stream, b.stream), cmp.Compare(a.index, b.index))
	}) {
		chunks[id].OnFailure(id.index, cause)
	}
	for _, id := range sortedKeys(rpcs, cmp.Compare[int64]) {
		rpcs[id].OnFailure(cause)
	}
	for _, cb := range streams {
		cb.OnFailure(cause)
	}
}

func sortedKeys[K comparable, V any](m map[K]V, order func(a, b K) int) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.SortFunc(keys, order)
	return keys
}
