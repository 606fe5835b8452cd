// SPDX-License-Identifier: Apache-2.0

package external

import "sync/atomic"

// Stats counts what a service did since its start, as Spark's ShuffleMetrics.
type Stats struct {
	Executors     int    // registered now
	Connections   int    // open now
	Registrations uint64 // accepted
	Refused       uint64 // registrations that were not
	Opened        uint64 // requests that opened blocks
	Chunks        uint64 // handed to the transport
	Blocks        uint64 // in them: a batch counts each of its blocks
	Bytes         uint64 // in them
	Removed       uint64 // files
	Diagnoses     uint64 // of corruption
	Failures      uint64 // requests and chunks that failed, and connections that their clients did not end
}

type counters struct {
	registrations, refused, opened, chunks, blocks, bytes, removed, diagnoses, failures atomic.Uint64
}

func (c *counters) stats() Stats {
	return Stats{
		Registrations: c.registrations.Load(), Refused: c.refused.Load(), Opened: c.opened.Load(),
		Chunks: c.chunks.Load(), Blocks: c.blocks.Load(), Bytes: c.bytes.Load(), Removed: c.removed.Load(),
		Diagnoses: c.diagnoses.Load(), Failures: c.failures.Load(),
	}
}
