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

// may refuses a chunk or stream beyond the limits, behind so many that have not begun, with so much in memory.
func (t *transfers) may(cfg *Config, more, memory int64) error {
	if limit := cfg.MaxTransfers; limit > 0 && t.open.Load()+more >= int64(limit) {
		return &tooManyTransfers{limit}
	}
	if limit := cfg.MaxTransferMemory; limit > 0 && t.memory.Load()+memory >= limit {
		return &tooMuchToTransfer{limit}
	}
	return nil
}

// begin counts n of them, with so much in memory.
func (t *transfers) begin(n, memory int64) {
	t.open.Add(n)
	if memory != 0 {
		t.memory.Add(memory)
	}
}

func (t *transfers) end(data api.ManagedBuffer) { t.begin(-1, -inMemory(data)) }

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
