// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"bytes"
	"sync/atomic"
)

// writerState is what can be seen of a writer without its mu:
//   - It rests: nobody writes, nothing waits, and there is nothing to look at when something was written.
//   - A task writes a frame of its own, alone: that needs no mu, as long as nobody else comes. The state has the frame's size.
//   - It is shared: the rest is guarded by mu. Who has something for a writer makes it that, with mu held, and it rests again
//     when all is written.
//
// Above that it has how many bytes were written briefly.
type writerState struct{ atomic.Uint64 }

const (
	writerRests uint64 = iota
	writerAlone
	writerShared
	writerKind uint64 = 3

	writerDue = 1 << 2 // of a shared one: who has to write has not begun

	aloneShift   = 3 // the size of the frame
	aloneMask    = 1<<(writtenShift-aloneShift) - 1
	writtenShift = 24
	writtenUnit  = 1 << writtenShift
)

// alone is the size of the frame that a task writes alone; else 0.
func (s *writerState) alone() int64 { return int64(s.Load() >> aloneShift & aloneMask) }

// written is how many bytes were written briefly, less a multiple of 2^40.
func (s *writerState) written() uint64 { return s.Load() >> writtenShift }

// wroteLocked counts n more of them. The writer is shared, and its mu held, here as in what follows.
func (s *writerState) wroteLocked(n int) { s.Store(s.Load() + uint64(n)*writtenUnit) }

// due reports whether who has to write has not begun.
func (s *writerState) due() bool { return s.Load()&writerDue != 0 }

// setDueLocked says whether that is so.
func (s *writerState) setDueLocked(due bool) {
	word := s.Load() &^ writerDue
	if due {
		word |= writerDue
	}
	s.Store(word)
}

// shareLocked makes the writer a shared one. A task that writes alone is the flusher then, and finds that out when it has written.
func (w *writer) shareLocked() {
	if w.state.Load()&writerKind != writerShared {
		w.joinLocked()
	}
}

func (w *writer) joinLocked() {
	for {
		s := w.state.Load()
		if !w.state.CompareAndSwap(s, s&^(writtenUnit-1)|writerShared) {
			continue
		}
		if s&writerKind == writerAlone {
			w.flushing = true
			w.pending.add(int64(s >> aloneShift & aloneMask))
		}
		return
	}
}

// restsLocked says that the shared writer rests, unless callbacks run.
func (w *writer) restsLocked() {
	if !w.byReader {
		w.state.Store(w.state.Load() &^ (writtenUnit - 1))
	}
}

// beginsAlone makes the caller a task that writes a frame of that size alone, if the writer rests.
func (w *writer) beginsAlone(size int) bool {
	s := w.state.Load()
	return s&(writtenUnit-1) == writerRests && int64(size) < w.pending.most && w.state.CompareAndSwap(s, s|writerAlone|uint64(size)<<aloneShift)
}

// writeAlone writes the frame for which it began, of FrameRoom+CopyLimit bytes at most. The frame is used no more after that.
// It reports false when another task must go on, as flushBrieflyLocked does.
func (w *writer) writeAlone(frame []byte) bool {
	b := frame
	if now := w.clock.Elapsed(); now > w.renew || w.renew == 0 { // this is putBriefly, which it would cost something to call
		b = w.readyBriefly(now, b)
	}
	n, err := w.conn.Write(b)
	if err != nil {
		return w.notAlone(bytes.Clone(frame), n, err)
	}
	s := w.state.Load()
	if s&writerKind == writerAlone && w.state.CompareAndSwap(s, s&^(writtenUnit-1)+uint64(n)*writtenUnit) { // as most often
		return true
	}
	return w.notAlone(frame, n, nil)
}

// notAlone ends writeAlone where others have come, or the frame was not written.
func (w *writer) notAlone(frame []byte, n int, err error) bool {
	w.mu.Lock()
	w.shareLocked()
	if err != nil {
		w.mu.Unlock()
		return w.putPart(frame, n, err)
	}
	w.state.wroteLocked(n)
	if w.endsLocked(int64(n)) {
		return true
	}
	w.state.setDueLocked(true)
	return w.flushBrieflyLocked()
}
