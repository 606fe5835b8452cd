// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"errors"
	"io"
	"net"
	"os"
	"sync/atomic"
	"time"

	"github.com/twinwire/twinwire/api"
	"github.com/twinwire/twinwire/internal/wire"
)

// reader is the one place through which a connection's bytes come in. Its methods are for the reading task, but for
// hush.
//
// While little comes in, the connection is quiet: before each read the task waits without a buffer, where the
// connection can do that, and a frame that has begun is kept in just the memory it needs. That costs a system call more,
// so a connection that is read often is not quiet.
type reader struct {
	decoder wire.FrameDecoder
	quiet   atomic.Bool
	lean    bool // the next read is for the start of a frame alone
	bare    bool // the decoder has no buffer of ours
	kept    bool // there is a rest
	conn    net.Conn
	arrived api.ArrivedReader // conn, if it can lend what arrived
	cipher  Cipher
	heard   atomic.Bool // bytes came since the idle check looked
	uncount int32       // reads that reads does not have yet
	run     run         // of large chunks; what it holds comes behind what the decoder holds

	total   uint64         // bytes that came, but for bodies that were received in place
	reads   atomic.Uint64  // for the idle check, which hears of countedReads at once
	handing atomic.Bool    // raw bytes are being taken; for the idle check
	size    int32          // of the last large chunk's body
	rest    []byte         // what the decoder held, while kept; else empty, with room for a small frame perhaps
	waits   api.ReadWaiter // nil: conn cannot wait without a buffer
	idle    *idleCheck     // is told when the quiet ends
	shared  *shared
	streak  int32 // reads since
	since   int64 // ns of the epoch, while quiet
}

// busyStreak reads within busyTime end the quiet.
const (
	busyStreak = 32
	busyTime   = time.Second
)

// countedReads is small beside what keeps a connection from being quiet.
const countedReads = 16

func (r *reader) init(s *shared, conn net.Conn) {
	r.shared, r.conn, r.bare = s, conn, true
	r.waits, _ = conn.(api.ReadWaiter)
	r.arrived, _ = conn.(api.ArrivedReader)
	r.quiet.Store(r.waits != nil)
	r.decoder.MaxPayload = s.cfg.MaxPayload
}

// hush makes the connection quiet; a read under way gives up its buffer. The idle check calls it.
func (r *reader) hush(now time.Time) {
	if r.waits == nil || r.quiet.Swap(true) {
		return
	}
	_ = r.conn.SetReadDeadline(now) // a closed connection has no read under way
}

// close gives back what the reader holds.
func (r *reader) close() {
	if r.run.memory != nil {
		r.run.memory.Release()
	}
	r.giveBuffer()
	r.run, r.rest, r.kept = run{}, nil, false
}

// fill brings more bytes to the decoder.
func (r *reader) fill() error {
	if r.lends() {
		return r.tookArrived(r.arrived.ReadArrived())
	}
	return r.readOn()
}

// lends reports whether more bytes are to be lent, as most often; tookArrived is told of those that arrived. Else readOn brings
// them.
func (r *reader) lends() bool {
	return r.run.memory == nil && r.cipher == nil && !r.lean && r.arrived != nil && !r.kept && r.decoder.Buffered() == 0
}

// readOn brings more bytes to the decoder that are not lent.
func (r *reader) readOn() error {
	into, err := r.room()
	if len(into) > 0 {
		return r.took(r.conn.Read(into))
	}
	return err
}

// room is what is to be read into for that, if anything is.
func (r *reader) room() (into []byte, err error) {
	if r.run.memory == nil && r.cipher == nil && !r.lean && !r.bare && !r.quiet.Load() { // as most often
		return r.decoder.Buffer(readAtLeast), nil
	}
	return r.otherRoom()
}

func (r *reader) otherRoom() (into []byte, err error) {
	if r.run.memory != nil {
		r.endRun()
		return nil, nil
	}
	if r.cipher != nil {
		return nil, r.fillSealed()
	}
	if err := r.await(); err != nil {
		return nil, err
	}
	if r.lentStart() {
		return r.restOf(), nil
	}
	r.borrow()
	return r.ahead(r.decoder.Buffer(readAtLeast)), nil
}

func (r *reader) took(n int, err error) error {
	r.decoder.Filled(n)
	r.brought(n)
	return r.count(n, err)
}

// brought counts n bytes that came through a read buffer.
func (r *reader) brought(n int) {
	if r.total += uint64(n); r.total >= stockAfter {
		r.shared.buffers.stock()
	}
}

// count keeps the books of a read and returns its error, if there is one to act on.
func (r *reader) count(n int, err error) error {
	if n > 0 {
		r.counted()
		return nil
	}
	r.countOne()
	return r.unlessHushed(err)
}

// counted is count of bytes that came.
func (r *reader) counted() {
	r.countOne()
	mark(&r.heard, true)
}

func (r *reader) countOne() {
	if r.uncount++; r.uncount == countedReads {
		r.uncount = 0
		r.reads.Add(countedReads)
	}
}

// unlessHushed forgives the error of a read that hush ended.
func (r *reader) unlessHushed(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return r.conn.SetReadDeadline(time.Time{})
	}
	return err
}

func (r *reader) fillSealed() error {
	if err := r.await(); err != nil {
		return err
	}
	sealed := r.shared.buffers.get()
	defer r.shared.buffers.put(sealed)
	n, err := r.conn.Read(sealed)
	r.brought(n)
	if err := r.count(n, err); err != nil || n == 0 {
		return err
	}
	return r.open(sealed[:n])
}

func (r *reader) open(sealed []byte) error {
	plain, err := r.cipher.Open(nil, sealed)
	if err != nil {
		return err
	}
	r.borrow()
	r.decoder.Feed(plain)
	return nil
}

// install makes cipher cover everything behind what was taken so far.
func (r *reader) install(cipher Cipher) error {
	r.endRun()
	r.cipher = cipher
	rest := append([]byte(nil), r.decoder.TakeRaw(int64(r.decoder.Buffered()))...)
	return r.open(rest)
}

// ended is why the connection ended when err ended reading: nil when the peer closed it, between two frames.
func (r *reader) ended(err error) error {
	switch {
	case !errors.Is(err, io.EOF):
		return err
	case r.decoder.Buffered()+len(r.rest) > 0:
		return io.ErrUnexpectedEOF
	}
	return nil
}

// inMidst is the error of a stream of bytes that breaks off.
func inMidst(err error) error {
	if errors.Is(err, io.EOF) {
		return io.ErrUnexpectedEOF
	}
	return err
}
