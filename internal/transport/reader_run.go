// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/buffer"
	"github.com/twinwire/twinwire/internal/wire"
)

const (
	// runBytes holds four bodies of 64 KiB, each with the start of the next.
	runBytes = 4 * (wire.BufferSize + chunkStart)
	// runBody is the largest body of a run.
	runBody = runBytes/2 - chunkStart
	// runLead is how far the first body lies behind the start of its memory, which is that of a page, as it mostly is of the
	// pages of a file that bodies come from. To copy something to a little further in a page than it comes from takes longer,
	// up to three times as long within 8 bytes, a quarter within 30: probably because a processor that compares the lower
	// part of addresses first takes what it reads for what it has just written. Headers of 21 bytes lie between the bodies.
	runLead = 512
)

// run is memory that large chunks are received into one behind the other, as they come: one read then brings several.
// Their bodies are parts of it, so who keeps one keeps up to four times as much.
type run struct {
	memory *buffer.Pooled // nil: there is no run
	at     int            // where the body at the front begins, whose start the decoder has or had
	got    int            // where what has come ends
}

// runs reports whether a body of n bytes, of one of so many chunks that are waited for, begins a run: when it has the
// size of the last, the next will have it too, and little comes that does not fit.
func (r *reader) runs(n, waited int) bool {
	same := n == int(r.size)
	r.size = int32(n)
	return same && waited > 1 && n <= runBody && r.cipher == nil && r.decoder.Buffered() == 0
}

// bodyOfRun is body in the run.
func (r *reader) bodyOfRun(n int) (api.ManagedBuffer, error) {
	room := r.run.memory.Memory()
	end := r.run.at + n
	most := end + (len(room)-end)/(n+chunkStart)*(n+chunkStart) // whole bodies of that size
	for r.run.got < end {
		m, err := r.into(room[r.run.got:min(most+chunkStart, len(room))])
		if err != nil {
			return nil, inMidst(err)
		}
		r.run.got += m
	}
	body := r.run.memory.Part(r.run.at, n)
	r.goOnRun(end)
	return body, nil
}

// goOnRun hands to the decoder what has come behind the body that ends there. If that is the start of a chunk that has
// room in the run, its body stays there.
func (r *reader) goOnRun(end int) {
	r.run.at = end
	if r.run.got-end < chunkStart {
		r.endRun()
		return
	}
	r.run.at += chunkStart
	r.borrow()
	r.decoder.Feed(r.run.memory.Memory()[end:r.run.at])
	if n, ok := r.largeChunk(); !ok || r.run.at+n > runLead+runBytes {
		r.endRun()
	}
}

// endRun has the decoder take what has come.
func (r *reader) endRun() {
	if r.run.memory == nil {
		return
	}
	if rest := r.run.memory.Memory()[r.run.at:r.run.got]; len(rest) > 0 {
		r.borrow()
		r.decoder.Feed(rest)
	}
	r.run.memory.Release()
	r.run = run{}
}

// largeChunk returns the size of the body of the chunk at the front, if it is larger than what the decoder gathers and its
// start is there.
func (r *reader) largeChunk() (size int, ok bool) {
	n, arrived, err := r.decoder.Peek() // Next tells of the error
	if err != nil || n <= wire.BufferSize || len(arrived) < wire.ChunkFetchSuccessStart || wire.PeekType(arrived) != wire.TypeChunkFetchSuccess {
		return 0, false
	}
	return n - wire.ChunkFetchSuccessStart, true
}
