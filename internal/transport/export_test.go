// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"bytes"
	"net"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// Writer is a connection's writer by itself.
type Writer struct{ *writer }

// GatherLimit is the largest segment of a file that is read.
const GatherLimit = gatherLimit

// NewWriter returns the writer of conn.
func NewWriter(rt api.Runtime, conn net.Conn, fail func(error)) Writer {
	w := new(writer)
	w.init(newShared(rt, Config{}), conn, new(atomic.Bool), failure(fail))
	return Writer{w}
}

// failure hears of a writer's failure alone.
type failure func(error)

func (f failure) abort(cause error)                                { f(cause) }
func (failure) halfClose()                                         {}
func (failure) instead(dst, _ []byte, _ error) (_ []byte, ok bool) { return dst, false }

// Add adds a step.
func (w Writer) Add(header string, body api.ManagedBuffer) {
	w.add(func(dst []byte) []byte { return append(dst, header...) }, body, nil)
}

// Flush writes what was added.
func (w Writer) Flush() { w.flush() }

// FlushBriefly is Flush for a task with other things to do, and then for the one that goes on.
func (w Writer) FlushBriefly() (done bool) {
	w.mu.Lock()
	if done = w.flushBrieflyLocked(); !done {
		w.flushOn()
	}
	return done
}

// FlushFrame writes a frame from where it is, when nobody else writes or has anything to. The memory is used again, before
// another task goes on.
func (w Writer) FlushFrame(frame []byte) (done bool) {
	if !w.beginsAlone(len(frame)) {
		panic("the writer does not rest")
	}
	done = w.writeAlone(frame)
	clear(frame)
	if !done {
		w.flushOn()
	}
	return done
}

// Steps is how many steps wait, beside what was added last.
func (w Writer) Steps() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.ops)
}

// StepBytes is how much is gathered in one buffer.
const StepBytes = stepBytes

// WriteRoom is how many bytes may wait.
const WriteRoom = writeRoom

// AwaitRoom has me woken when there is room again, and reports false when there is.
func (w Writer) AwaitRoom(me api.Waiter) bool { return w.queue(me, writeRoom) }

// Pending is how many bytes wait.
func (w Writer) Pending() int64 { return w.amount() }

// FailureText is what travels for an error.
func FailureText(err error, limit int) string { return failureText(err, limit) }

// BodyPiece is how much of a chunk is read at once.
const BodyPiece = bodyPiece

// Reader is a connection's reader by itself.
type Reader struct{ *reader }

// NewReader returns the reader of conn.
func NewReader(rt api.Runtime, conn net.Conn) Reader {
	r := new(reader)
	r.init(newShared(rt, Config{}), conn)
	return Reader{r}
}

// Chunk reads a large chunk, one of so many that are waited for.
func (r Reader) Chunk(waited int) (api.ManagedBuffer, error) {
	for {
		r.lean = true
		_, rest, ok, err := r.decoder.TakeFrameStart(wire.ChunkFetchSuccessStart)
		switch {
		case err != nil:
			return nil, err
		case ok:
			return r.body(rest, waited)
		}
		if err := r.fill(); err != nil {
			return nil, err
		}
	}
}

// Next reads what comes next: the start and body of a large chunk, one of so many that are waited for, or another frame's
// payload. The body of a chunk that nobody waits for is skipped.
func (r Reader) Next(waited int) (payload []byte, body api.ManagedBuffer, err error) {
	for {
		if payload, ok, err := r.decoder.Next(); ok || err != nil {
			return payload, nil, err
		}
		if _, ok := r.largeChunk(); !ok {
			if err := r.fill(); err != nil {
				return nil, nil, err
			}
			continue
		}
		start, rest, _, err := r.decoder.TakeFrameStart(wire.ChunkFetchSuccessStart)
		if err != nil {
			return nil, nil, err
		}
		payload = bytes.Clone(start)
		if waited == 0 {
			return payload, nil, r.skip(rest)
		}
		body, err := r.body(rest, waited)
		r.lean = true
		return payload, body, err
	}
}

// Stocked reports whether there is a shelf of read buffers.
func (r Reader) Stocked() bool { return r.shared.buffers.shelf.Load() != nil }

// StockAfter is how many bytes of small messages bring one.
const StockAfter = stockAfter

// Install installs a cipher.
func (r Reader) Install(c Cipher) error { return r.install(c) }

// Run is the memory that large chunks are received into one behind the other, nil when there is none.
func (r Reader) Run() api.ManagedBuffer {
	if r.run.memory == nil {
		return nil
	}
	return r.run.memory
}

// Close gives back what the reader holds.
func (r Reader) Close() { r.close() }

// Raw is [reader.raw].
func (r Reader) Raw(n int64, consume func(p []byte) error) error { return r.raw(n, consume) }

// RawPiece is how much of many raw bytes is read at once.
const RawPiece = rawPiece

// RunBytes is the size of that memory, and ChunkStart that of what is before each body in it.
const (
	RunBytes   = runBytes
	ChunkStart = chunkStart
)

// Held is what came with the chunks.
func (r Reader) Held() []byte { return r.decoder.TakeRaw(int64(r.decoder.Buffered())) }

// Watched is a connection of which only the turns of its reading task matter.
type Watched struct{ c *Client }

// NewWatched returns one that a watch is set for, whose timer never fires.
func NewWatched(rt api.Runtime, conn net.Conn) Watched {
	s := newShared(rt, Config{})
	s.watch.set = true
	return Watched{newClient(s, conn, "")}
}

// Await makes the watch one that is about to look.
func (w Watched) Await() {
	w.c.turns.now.Store(2)
	w.c.turns.seen.Store(0)
	w.c.turns.late.Store(true)
	w.c.shared.watch.over = nil
}

// Begin begins a turn, as Work does.
func (w Watched) Begin() {
	w.c.turns.now.Add(3)
	w.c.watch()
}

// Look is what the watch does.
func (w Watched) Look() { w.c.look() }

// Forgotten reports whether a turn lasts that nobody will look at.
func (w Watched) Forgotten() bool { return w.c.turns.now.Load()&1 == 1 && !w.c.turns.late.Load() }

// Answer answers a request, as the last of a batch.
func (w Watched) Answer(id int64, frame []byte) { RpcReply{c: w.c, id: id}.Now(frame) }

// Rests reports whether the writer rests, so that the next frame may be written alone.
func (w Watched) Rests() bool { return w.c.out.state.Load()&(writtenUnit-1) == writerRests }

// Waiting is how many bytes wait to be written, and Progress how many were.
func (w Watched) Waiting() int64   { return w.c.out.amount() }
func (w Watched) Progress() uint64 { return w.c.out.progress() }

// InCallback reports whether the callback of a chunk runs.
func InCallback(c *Client) bool { return c.calling.Load() }
