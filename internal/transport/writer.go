// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"context"
	"io"
	"net"
	"sync/atomic"

	"github.com/twinwire/twinwire/api"
)

// writer sends what many tasks append, in order. The first to append becomes the flusher and writes for all.
type writer struct {
	rt   api.Runtime
	conn net.Conn
	fail func(error) // called by the flusher when a write fails, and with nil after the last one

	sent atomic.Uint64 // bytes written, for the idle check

	mu       api.Mutex
	ops      []writeOp
	spare    []byte    // a written buffer, to be appended to again
	spareOps []writeOp // written steps, likewise
	pending  int64     // bytes that wait or are being written
	flushing bool
	closed   bool
	last     bool         // close when everything is written
	waiting  []api.Waiter // tasks that wait for room

	cipher Cipher // the flusher's
	sealed []byte // the flusher's
}

// writeOp is one step of the flusher: bytes, then perhaps a body by itself; or a cipher for what follows.
type writeOp struct {
	bytes  []byte
	body   api.ManagedBuffer
	cipher Cipher
}

func newWriter(rt api.Runtime, conn net.Conn, fail func(error)) *writer {
	return &writer{rt: rt, conn: conn, fail: fail, mu: rt.NewMutex()}
}

// add appends what encode appends to its argument, followed by body if there is one, whose reference it takes over.
// It reports whether the caller must flush, and false for ok when the writer is closed; then nothing is sent.
func (w *writer) add(encode func(dst []byte) []byte, body api.ManagedBuffer) (flush, ok bool) {
	w.mu.Lock()
	if w.closed {
		w.mu.Unlock()
		if body != nil {
			body.Release()
		}
		return false, false
	}
	op := w.open()
	before := len(op.bytes)
	op.bytes = encode(op.bytes)
	w.pending += int64(len(op.bytes) - before)
	if body != nil {
		op.body = body
		w.pending += body.Size()
	}
	flush = !w.flushing
	w.flushing = true
	w.mu.Unlock()
	return flush, true
}

// open returns the step that bytes are appended to.
func (w *writer) open() *writeOp {
	if n := len(w.ops); n > 0 && w.ops[n-1].body == nil && w.ops[n-1].cipher == nil {
		return &w.ops[n-1]
	}
	w.ops = append(w.ops, writeOp{bytes: w.spare[:0]})
	w.spare = nil
	return &w.ops[len(w.ops)-1]
}

// install makes c the cipher of everything added later.
func (w *writer) install(c Cipher) {
	w.mu.Lock()
	w.ops = append(w.ops, writeOp{cipher: c})
	w.mu.Unlock()
}

// room waits while too much is waiting to be written, or until the writer is closed.
func (w *writer) room(ctx context.Context) error {
	var me api.Waiter
	for {
		w.mu.Lock()
		if w.pending < writeRoom || w.closed {
			w.mu.Unlock()
			return nil
		}
		if me == nil {
			me = w.rt.NewWaiter()
		}
		w.waiting = append(w.waiting, me)
		w.mu.Unlock()
		if err := me.Wait(ctx); err != nil {
			return err
		}
	}
}

// flush writes until nothing waits. The caller was told to by add.
func (w *writer) flush() {
	w.rt.Yield()
	for {
		w.mu.Lock()
		ops := w.ops
		if len(ops) == 0 || w.closed {
			w.flushing = false
			last := w.last && !w.closed
			w.mu.Unlock()
			if last {
				w.fail(nil)
			}
			return
		}
		w.ops, w.spareOps = w.spareOps, nil
		w.mu.Unlock()
		for i := range ops {
			n, err := w.write(&ops[i])
			w.written(&ops[i], n)
			if err != nil {
				drop(ops[i+1:])
				w.close()
				w.fail(err)
				return
			}
		}
		clear(ops)
		w.mu.Lock()
		w.spareOps = ops[:0]
		w.mu.Unlock()
	}
}

// written gives back what a step held and wakes those who wait for room.
func (w *writer) written(op *writeOp, n int64) {
	if op.body != nil {
		op.body.Release()
		op.body = nil
	}
	w.mu.Lock()
	w.pending -= n
	if op.bytes != nil && cap(op.bytes) <= 8*CopyLimit {
		w.spare = op.bytes[:0]
	}
	var wake []api.Waiter
	if w.pending < writeRoom {
		wake, w.waiting = w.waiting, nil
	}
	w.mu.Unlock()
	for _, me := range wake {
		me.Wake()
	}
}

// finish ends the connection once everything added so far is written.
func (w *writer) finish() {
	w.mu.Lock()
	w.last = true
	now := !w.flushing
	w.mu.Unlock()
	if now {
		w.fail(nil)
	}
}

// close drops what waits; later adds are refused. Closing again does nothing.
func (w *writer) close() {
	w.mu.Lock()
	ops, wake := w.ops, w.waiting
	w.ops, w.waiting, w.closed = nil, nil, true
	w.mu.Unlock()
	drop(ops)
	for _, me := range wake {
		me.Wake()
	}
}

func drop(ops []writeOp) {
	for _, op := range ops {
		if op.body != nil {
			op.body.Release()
		}
	}
}

// write performs one step and returns how many pending bytes it stood for.
func (w *writer) write(op *writeOp) (int64, error) {
	if op.cipher != nil {
		w.cipher = op.cipher
		return 0, nil
	}
	n := int64(len(op.bytes))
	if len(op.bytes) > 0 {
		if err := w.put(op.bytes); err != nil {
			return n, err
		}
	}
	if op.body == nil {
		return n, nil
	}
	return n + op.body.Size(), w.putBody(op.body)
}

// put is the one place through which bytes leave.
func (w *writer) put(b []byte) error {
	if w.cipher != nil {
		w.sealed = w.cipher.Seal(w.sealed[:0], b)
		b = w.sealed
	}
	n, err := w.conn.Write(b)
	w.sent.Add(uint64(n))
	return err
}

func (w *writer) putBody(body api.ManagedBuffer) error {
	if seg, ok := body.(*api.FileSegment); ok {
		return w.putFile(seg)
	}
	b, err := body.Bytes()
	if err != nil {
		return err
	}
	return w.put(b)
}

// putFile sends a file segment: by the connection's own means where it has them, else by reading it in pieces.
func (w *writer) putFile(seg *api.FileSegment) error {
	f, err := seg.OpenFile()
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // opened for reading
	if s, ok := w.conn.(api.FileSender); ok && w.cipher == nil {
		n, err := s.SendFile(f, seg.Offset(), seg.Size())
		w.sent.Add(uint64(n))
		if err == nil && n < seg.Size() {
			err = io.ErrUnexpectedEOF
		}
		return err
	}
	piece := make([]byte, min(seg.Size(), 256<<10))
	for at, end := seg.Offset(), seg.Offset()+seg.Size(); at < end; {
		p := piece[:min(int64(len(piece)), end-at)]
		n, err := f.ReadAt(p, at)
		if n < len(p) {
			if err == nil || err == io.EOF {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		if err := w.put(p); err != nil {
			return err
		}
		at += int64(n)
	}
	return nil
}

// busy reports whether bytes wait to be written.
func (w *writer) busy() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.pending > 0
}
