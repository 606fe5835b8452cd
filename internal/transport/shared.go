// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/buffer"
	"github.com/twinwire/twinwire/internal/wire"
)

// shared is what the connections of one server or client factory have in common, as Spark's TransportContext.
type shared struct {
	rt        api.Runtime
	cfg       Config
	made      time.Time
	watch     *watch
	buffers   readBuffers
	bodies    buffer.Pool  // of chunks
	transfers atomic.Int64 // chunks and streams on their way out
	owed      atomic.Int64 // their bytes in memory, where those are bounded
}

func newShared(rt api.Runtime, cfg Config) *shared {
	if cfg.MaxBacklog <= 0 {
		cfg.MaxBacklog = maxBacklog
	}
	return &shared{rt: rt, cfg: cfg, made: rt.Now(), watch: newWatch(rt)}
}

// readBuffers are the buffers that connections read into. All have the wire's usual size, so that which one is used
// decides nothing. A connection that waits for input without hurry holds none.
type readBuffers struct{ pool sync.Pool }

func (b *readBuffers) get() []byte {
	if p, ok := b.pool.Get().(*[wire.BufferSize]byte); ok {
		return p[:]
	}
	return make([]byte, wire.BufferSize)
}

// put takes a buffer back; one of another size is left to the garbage collector.
func (b *readBuffers) put(buf []byte) {
	if len(buf) == wire.BufferSize {
		b.pool.Put((*[wire.BufferSize]byte)(buf))
	}
}
