// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"fmt"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
)

// transfers counts the chunks and streams that are on their way out over the connections of a server or client factory.
// Unlike in Spark each one counts until its last byte was written, the last chunk of a stream too.
type transfers struct {
	open   atomic.Int64
	memory atomic.Int64 // their bytes in memory, which those of a file are not
}

// may refuses a chunk or stream beyond the limits.
func (t *transfers) may(cfg *Config) error {
	if limit := cfg.MaxTransfers; limit > 0 && t.open.Load() >= int64(limit) {
		return &tooManyTransfers{limit}
	}
	if limit := cfg.MaxTransferMemory; limit > 0 && t.memory.Load() >= limit {
		return &tooMuchToTransfer{limit}
	}
	return nil
}

func (t *transfers) begin(data api.ManagedBuffer) {
	t.open.Add(1)
	t.memory.Add(inMemory(data))
}

func (t *transfers) end(data api.ManagedBuffer) {
	t.open.Add(-1)
	t.memory.Add(-inMemory(data))
}

func inMemory(data api.ManagedBuffer) int64 {
	if _, file := data.(*api.FileSegment); file {
		return 0
	}
	return data.Size()
}

// tooManyTransfers closes the connection of a request for a chunk or stream that exceeds Config.MaxTransfers.
type tooManyTransfers struct{ limit int }

func (e *tooManyTransfers) Error() string {
	return fmt.Sprintf("more than %d chunks and streams are being sent (MaxTransfers)", e.limit)
}

// tooMuchToTransfer closes the connection of a request for a chunk or stream while Config.MaxTransferMemory is exceeded.
type tooMuchToTransfer struct{ limit int64 }

func (e *tooMuchToTransfer) Error() string {
	return fmt.Sprintf("%d bytes of chunks and streams in memory are being sent (MaxTransferMemory)", e.limit)
}
