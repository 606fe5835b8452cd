// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"net"
	"sync/atomic"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/buffer"
	"github.com/twinwire/twinwire/internal/wire"
)

// writer sends what many tasks append, in order. The first to append becomes the flusher and writes for all, until it has
// done so for long enough or would be held up: then a task of its own goes on.
type writer struct {
	// What each message looks at stands together.
	mu       api.Mutex
	state    writerState
	flushing bool // somebody writes what waits, or has to; known once the writer is shared
	byReader bool // callbacks run: the reading task writes what is added
	closed   bool
	last     bool // nothing comes behind what waits
	stuck    bool // the reading task's: it gave up waiting for room
	awaited  bool // resting or waiting is not empty, or was not
	corked   bool // the flusher's: the connection sends full packets only
	conn     net.Conn
	renew    time.Duration // the flusher's: when the connection's write deadline is to be moved on, by the stopwatch; 0: it has none
	clock    api.Stopwatch
	cipher   Cipher // the flusher's
	pending  backlog
	tail     []byte    // what was added last
	ops      []writeOp // to be written before the tail
	spare    [][]byte  // written buffers, to be appended to again
	frames   uint64    // taken by SendFrame

	resting  api.Waiter    // of the task that waits for the flusher's end; nil: none does
	waiting  []api.Waiter  // tasks that wait for room
	sealed   []byte        // the flusher's
	spareOps []writeOp     // written steps, to be appended to again
	quiet    *atomic.Bool  // the connection's, of which little is kept then
	sent     atomic.Uint64 // bytes written while others could not be added to, or for long
	rt       api.Runtime
	owner    writerOwner
	bodies   *buffer.Pool // the flusher's: what it reads files into
	sendFrom int64        // the size from which a segment of a file is not read
	file     *openFile    // the flusher's; nil until there is one
}

// writerOwner hears of what happens to a writer, from the task that flushes.
type writerOwner interface {
	// abort tells that a write failed.
	abort(cause error)
	// halfClose comes after the last write, when finish asked for that.
	halfClose()
	// instead appends to dst what is sent in place of a frame whose body cannot be read; ok is false when nothing can be.
	instead(dst, frame []byte, cause error) (_ []byte, ok bool)
}

// writeOp is one step of the flusher: bytes, then perhaps a body by itself; or a cipher for what follows.
type writeOp struct {
	bytes  []byte
	frame  int // where in bytes the frame of body begins
	body   api.ManagedBuffer
	count  *transfers // what body counts in until it is released; may be nil
	cipher Cipher
	sealed int64 // bytes are what is left of so many after encryption, if that is not 0
}

func (op *writeOp) release() { release(op.body, op.count); op.body, op.count = nil, nil }

func release(body api.ManagedBuffer, count *transfers) {
	if count != nil {
		count.end(body)
	}
	if body != nil {
		body.Release()
	}
}

func (w *writer) init(s *shared, conn net.Conn, quiet *atomic.Bool, owner writerOwner) {
	w.rt, w.clock, w.conn, w.quiet, w.bodies, w.owner, w.mu = s.rt, s.clock, conn, quiet, &s.bodies, owner, s.rt.NewMutex()
	w.pending.most = s.cfg.MaxBacklog
	w.sendFrom = gatherLimit + 1
	if f, ok := conn.(api.FileSender); ok {
		w.sendFrom = min(w.sendFrom, f.SendFileFrom())
	}
}

// add appends what encode appends to its argument, with mu held, and then data, if there is any, whose reference it takes
// over and which counts in count, if that is not nil, until it is released. It reports whether the caller must flush, and
// false for ok when the writer is closed; then nothing is sent.
func (w *writer) add(encode func(dst []byte) []byte, data api.ManagedBuffer, count *transfers) (flush, ok bool) {
	if !w.enter(0) {
		release(data, count)
		return false, false
	}
	before := len(w.tail)
	w.tail = encode(w.tail)
	return w.leave(before, data, count), true
}

// addAnswer is add for the answer to a request.
func (w *writer) addAnswer(id int64, body []byte) (flush bool) {
	size := len(body)
	body, data := apart(body)
	if !w.enter(wire.RpcRequestHeaderLen + len(body)) {
		release(data, nil)
		return false
	}
	before := len(w.tail)
	w.tail = append(wire.AppendRpcResponseHeader(w.tail, id, size), body...)
	return w.leave(before, data, nil)
}

// enter locks mu, to append size bytes to the tail, or some if that is 0. It reports false, and does not lock, when the writer is closed.
func (w *writer) enter(size int) bool {
	w.mu.Lock()
	if w.closed || w.last {
		w.mu.Unlock()
		return false
	}
	w.makeRoomLocked(size)
	return true
}

// makeRoomLocked shares the writer, and makes room in its tail for size bytes, or some if that is 0.
func (w *writer) makeRoomLocked(size int) {
	if w.state.Load()&writerKind != writerShared || len(w.tail)+size > stepBytes { // seldom, of many messages
		w.roomInTailLocked(size)
	}
}

func (w *writer) roomInTailLocked(size int) {
	w.shareLocked()
	if full := len(w.tail) + size; full > stepBytes && len(w.tail) > 0 && (size == 0 || full > cap(w.tail)) {
		w.stepLocked(writeOp{})
	}
}

// leave counts what was appended to the tail, which was before bytes long, appends data if there is any, and unlocks mu.
func (w *writer) leave(before int, data api.ManagedBuffer, count *transfers) (flush bool) {
	size := int64(len(w.tail) - before)
	if data != nil {
		size += w.apartLocked(before, data, count)
	}
	flush = w.waitsLocked(size)
	w.mu.Unlock()
	return flush
}

// waitsLocked counts what was added, and reports whether the caller must flush.
func (w *writer) waitsLocked(size int64) (flush bool) {
	w.pending.add(size)
	if !w.flushing {
		w.flushing, flush = true, true
		w.state.setDueLocked(true)
	}
	return flush
}

// apartLocked makes what was added a step with data behind it, and returns what that counts.
func (w *writer) apartLocked(before int, data api.ManagedBuffer, count *transfers) int64 {
	w.stepLocked(writeOp{frame: before, body: data, count: count})
	return bodyCost + data.Size()
}

// stepLocked makes the tail the bytes of a step, and begins another.
func (w *writer) stepLocked(op writeOp) {
	op.bytes = w.tail
	w.ops = append(w.ops, op)
	w.tail = w.takeSpareLocked()
}

// takeSpareLocked returns a buffer without bytes, nil when there is none.
func (w *writer) takeSpareLocked() (b []byte) {
	if n := len(w.spare); n > 0 {
		b = w.spare[n-1]
		w.spare = w.spare[:n-1]
	}
	return b
}

// addRun adds steps that have bodies, which count for size, in one go, and takes over what they hold. It reports whether
// the caller must flush.
func (w *writer) addRun(ops []writeOp, size int64) (flush bool) {
	if !w.enter(0) {
		drop(ops)
		return false
	}
	if n := len(w.tail); n > 0 { // it leaves with the first of them
		ops[0].bytes, ops[0].frame = append(w.tail, ops[0].bytes...), n
		w.tail = w.takeSpareLocked()
	}
	w.ops = append(w.ops, ops...)
	flush = w.waitsLocked(size)
	w.mu.Unlock()
	return flush
}

// install makes c the cipher of everything added later.
func (w *writer) install(c Cipher) {
	w.mu.Lock()
	w.shareLocked()
	if len(w.tail) > 0 {
		w.stepLocked(writeOp{})
	}
	w.ops = append(w.ops, writeOp{cipher: c})
	w.mu.Unlock()
}

// written gives back what steps held and wakes those who wait for room.
func (w *writer) written(ops ...writeOp) {
	n := int64(0)
	for i := range ops {
		n += ops[i].size()
		ops[i].release()
	}
	w.mu.Lock()
	for i := range ops {
		w.spareLocked(ops[i].bytes)
	}
	w.pending.add(-n)
	wake := w.roomLocked(n)
	w.mu.Unlock()
	wakeAll(wake)
}

// spareLocked keeps a buffer that was written.
func (w *writer) spareLocked(b []byte) {
	switch {
	case cap(b) <= seldomSpare && len(w.spare) == 0 && w.quiet.Load():
		w.trimLocked()
	case b == nil || cap(b) > 2*stepBytes:
	case w.tail == nil:
		w.tail = b[:0]
	case len(w.spare) < maxSpare:
		w.spare = append(w.spare, b[:0])
	}
}

// roomLocked returns who waited for the room of n bytes that were written, and is to be woken.
func (w *writer) roomLocked(n int64) (wake []api.Waiter) {
	if len(w.waiting) == 0 {
		w.awaited = w.resting != nil
		return nil
	}
	if left := w.pending.bytes; left < resumeRoom || left < w.pending.most && left+n >= w.pending.most {
		wake, w.waiting = w.waiting, nil
	}
	return wake
}

// finish refuses later adds, and ends the connection once everything added so far is written.
func (w *writer) finish() {
	w.mu.Lock()
	w.shareLocked()
	now := !w.flushing && !w.last && !w.closed
	w.last = true
	w.mu.Unlock()
	if now {
		w.owner.halfClose()
	}
}

// close drops what waits; later adds are refused. Closing again does nothing.
func (w *writer) close() {
	w.mu.Lock()
	w.shareLocked()
	ops, wake := w.ops, w.waiting
	w.ops, w.tail, w.waiting, w.closed = nil, nil, nil, true
	w.mu.Unlock()
	drop(ops)
	wakeAll(wake)
}

// stopped waits, once the writer is closed, until no task writes: everything that was handed over is then released.
func (w *writer) stopped() {
	me := w.rt.NewWaiter()
	for {
		w.mu.Lock()
		w.shareLocked()
		flushing := w.flushing
		w.resting, w.awaited = me, true
		w.mu.Unlock()
		if !flushing {
			return
		}
		_ = me.Wait(nil) //nolint:staticcheck // a nil context: the connection is closed, which ends every write
	}
}

// restLocked ends flushing. It is called with mu held and returns without it.
func (w *writer) restLocked() {
	w.flushing = false
	resting := w.resting
	w.mu.Unlock()
	if resting != nil {
		resting.Wake()
	}
}

// broken ends flushing after a write failed.
func (w *writer) broken(err error) {
	w.close()
	w.owner.abort(err)
	w.mu.Lock()
	w.restLocked()
}

func drop(ops []writeOp) {
	for i := range ops {
		ops[i].release()
	}
}

// trim lets go of spare memory, for a connection that is quiet.
func (w *writer) trim() {
	w.mu.Lock()
	w.trimLocked()
	w.mu.Unlock()
}

func (w *writer) trimLocked() {
	w.spare, w.spareOps = nil, nil
	if len(w.ops) == 0 {
		w.ops = nil
	}
	if len(w.tail) == 0 {
		w.tail = nil
	}
}
