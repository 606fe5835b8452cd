// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/buffer"
)

// shared is what the connections of one server or client factory have in common, as Spark's TransportContext.
type shared struct {
	rt        api.Runtime
	cfg       Config
	clock     api.Stopwatch
	watch     *watch
	buffers   readBuffers
	bodies    buffer.Pool // of chunks
	transfers transfers
	runs      api.FreeList // of *transferRun
}

func newShared(rt api.Runtime, cfg Config) *shared {
	if cfg.MaxBacklog <= 0 {
		cfg.MaxBacklog = maxBacklog
	}
	return &shared{rt: rt, cfg: cfg, buffers: readBuffers{pool: api.NewFreeList(rt)}, runs: api.NewFreeList(rt), clock: api.StopwatchOf(rt), watch: newWatch(rt)}
}
