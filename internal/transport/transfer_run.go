// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"slices"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// transferRun is chunks, or a stream, that are handed to the writer together: what a connection has asked for in one go
// costs its lock once.
type transferRun struct {
	ops    []writeOp
	heads  []byte // room for what stands before the next
	size   int64  // what they count for among the bytes that wait
	memory int64  // what they count for among those in memory
	most   int64  // size from which it is full
}

const (
	// runTransfers is how many a run has at most.
	runTransfers = 32
	// runShare is by how much of what may wait for a peer, at most, a run may exceed that.
	runShare = 64
)

// transferRun returns an empty run, which goes back to runs.
func (s *shared) transferRun() *transferRun {
	if run, ok := s.runs.Get().(*transferRun); ok {
		return run
	}
	return &transferRun{most: min(stepBytes, s.cfg.MaxBacklog/runShare)}
}

func (r *transferRun) full() bool { return len(r.ops) == runTransfers || r.size >= r.most }

// may refuses a chunk or stream more beyond the limits.
func (r *transferRun) may(t *transfers, cfg *Config) error {
	return t.may(cfg, int64(len(r.ops)), r.memory)
}

// add appends data, whose reference it takes over, behind what encode appends to its argument.
func (r *transferRun) add(data api.ManagedBuffer, encode func(dst []byte) []byte) {
	const headSize = wire.FrameHeaderLen + wire.ChunkFetchSuccessStart
	if cap(r.heads) < headSize {
		r.heads = make([]byte, 0, headSize*max(1, min(len(r.ops)+len(r.ops)/2, runTransfers)))
	}
	head := encode(r.heads)
	if len(head) <= cap(r.heads) {
		r.heads = r.heads[len(head):len(head):cap(r.heads)]
	}
	op := writeOp{bytes: slices.Clip(head), body: data}
	r.ops = append(r.ops, op)
	r.size += op.size()
	r.memory += inMemory(data)
}

// sendRun sends a run, which is then empty. Each of it counts until the writer releases it.
func (c *Client) sendRun(run *transferRun) {
	n := int32(len(run.ops))
	if n == 0 {
		return
	}
	c.out.await()
	c.shared.transfers.begin(int64(n), run.memory)
	for i := range run.ops {
		run.ops[i].count = &c.shared.transfers
	}
	flush := c.out.addRun(run.ops, run.size)
	clear(run.ops)
	run.ops, run.size, run.memory = run.ops[:0], 0, 0
	switch {
	case flush:
		c.watch()
		c.gathered = n
	case c.gathered > 0:
		c.gathered += n
	}
	if c.gathered >= gatheredAlone && !c.Congested() {
		c.gathered = 0
		c.shared.rt.Go("writer", c.flush)
	}
}
