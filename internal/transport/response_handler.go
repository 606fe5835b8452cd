// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"slices"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
)

// responseHandler holds what waits for replies, as Spark's TransportResponseHandler.
type responseHandler struct {
	mu        api.Mutex // the writer's
	rpcs      rpcSlots
	count     uint64 // of the requests that are not among those of rpcs
	first     int64  // where those are counted from
	chunks    chunkWaits
	holding   *atomic.Int32    // the client's
	held      []byte           // the requests that are not written yet
	size      atomic.Int64     // of the chunk that came last
	streams   []StreamCallback // in the order of the requests
	receiving bool             // a stream's raw bytes are coming in
}

func (h *responseHandler) init(rt api.Runtime, mu api.Mutex, holding *atomic.Int32) {
	h.mu, h.holding, h.first = mu, holding, rt.Rand().Int64N(1<<(62-slotBits))
	h.rpcs.count = h.first
}

func (h *responseHandler) outstanding() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	n := int(h.rpcs.used) + h.chunks.count + len(h.streams)
	if h.receiving {
		n++
	}
	return n
}

// asked is how many requests there were.
func (h *responseHandler) asked() uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.count + uint64(h.rpcs.count-h.first)
}

// addRpcLocked registers cb under a new id, which it returns; 0 when too many are registered. It is called with mu held.
func (h *responseHandler) addRpcLocked(cb RpcCallback) int64 {
	id, _ := h.rpcs.add(cb)
	return id
}

// mayHold reports whether enough chunks are on their way to hold n more requests: more than would be held, and if they are
// large holdBytes, or the peer runs out of work before it hears of more. It is called with mu held, like pay.
func (h *responseHandler) mayHold(n int32) bool {
	held := int(h.holding.Load() + n)
	away, size := h.chunks.count-held, h.size.Load()
	return away > held && (size <= CopyLimit || int64(away)*size >= holdBytes)
}

// enoughElse is the same for what is held.
func (h *responseHandler) enoughElse() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.mayHold(0)
}

// pay appends the requests that were held: what is asked for later must stand behind them.
func (h *responseHandler) pay(dst []byte) []byte {
	dst = append(dst, h.held...)
	h.held = h.held[:0]
	h.holding.Store(0)
	return dst
}

// addStreamLocked is called with mu held.
func (h *responseHandler) addStreamLocked(cb StreamCallback) {
	h.streams = append(h.streams, cb)
	h.count++
}

func (h *responseHandler) takeRpc(id int64) RpcCallback {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.rpcs.take(id)
}

func (h *responseHandler) eachRpc(f func(RpcCallback)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, slot := range h.rpcs.outstanding() {
		f(slot.cb)
	}
}

// waited is how many chunks are waited for, if that one is among them.
func (h *responseHandler) waited(id chunkID) int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.chunks.find(id) < 0 {
		return 0
	}
	return h.chunks.count
}

func (h *responseHandler) takeChunk(id chunkID) ChunkCallback {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.chunks.take(id)
}

// takeStream takes the oldest stream request; receive says that its bytes come now, until streamEnded.
func (h *responseHandler) takeStream(receive bool) StreamCallback {
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(h.streams) == 0 {
		return nil
	}
	cb := h.streams[0]
	h.streams[0] = nil
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
	chunks, rpcs, streams := h.chunks, h.rpcs.drain(), h.streams
	h.pay(nil)
	h.chunks, h.streams = chunkWaits{}, nil
	h.mu.Unlock()
	chunks.fail(cause)
	for _, cb := range rpcs {
		cb.OnFailure(cause)
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
