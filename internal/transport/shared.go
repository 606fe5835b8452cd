// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"sync/atomic"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/buffer"
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
