// SPDX-License-Identifier: Apache-2.0

package transport

import (
	"bytes"

	"github.com/twinwire/twinwire/internal/wire"
)

// await waits for input without a buffer while the connection is quiet, and ends the quiet when there is much of it.
func (r *reader) await() error {
	if !r.quiet.Load() {
		return nil
	}
	r.lend()
	for {
		err := r.waits.WaitReadable()
		if err == nil {
			break
		}
		if err = r.unlessHushed(err); err != nil {
			return err
		}
	}
	r.stir()
	return nil
}

// stir counts a read of a quiet connection, and ends the quiet when there were many.
func (r *reader) stir() {
	if r.streak++; r.streak < busyStreak {
		return
	}
	now := r.shared.rt.Now().UnixNano()
	if now-r.since < int64(busyTime) {
		r.quiet.Store(false)
		r.idle.soon()
	}
	r.streak, r.since = 0, now
}

// lend gives the decoder's buffer to other connections. The beginning of a small frame stays in memory of its own size;
// of a large one, the decoder holds little more than what came.
func (r *reader) lend() {
	held := r.decoder.Buffered()
	if r.bare || held > keepAtMost {
		return
	}
	if held > 0 {
		r.rest, r.kept = append([]byte(nil), r.decoder.TakeRaw(int64(held))...), true
	}
	r.giveBuffer()
}

// giveBuffer takes the decoder's buffer away, which is empty, or is needed no more.
func (r *reader) giveBuffer() {
	if buf := r.decoder.Detach(); !r.bare {
		r.shared.buffers.put(buf)
	}
	r.bare = true
}

// keep makes p, a part of the frame that was taken last, the caller's for good. A large frame has memory of its own, which is
// handed over when it is little more than p; else p is copied.
func (r *reader) keep(p []byte) []byte {
	if len(p) >= wire.BufferSize && !r.bare {
		r.bare = true
		if buf := r.decoder.Detach(); len(p) >= len(buf)-len(buf)/4 {
			return p
		}
	}
	return bytes.Clone(p)
}

// keepAtMost is how many bytes of a frame that has begun are moved out of the decoder while nothing comes.
const keepAtMost = 32 << 10

// borrow gives the decoder a buffer again, and in it what it held or was lent.
func (r *reader) borrow() {
	if !r.bare {
		return
	}
	r.bare = false
	lent := r.decoder.TakeRaw(int64(r.decoder.Buffered()))
	r.decoder.Adopt(r.shared.buffers.get())
	r.decoder.Feed(lent)
	if r.kept {
		r.decoder.Feed(r.rest)
		r.rest, r.kept = nil, false
	}
}

// tookArrived is took for bytes that the connection lends. A frame that is whole among them is taken where it is; of one
// that has only begun restOf or borrow takes what is there.
func (r *reader) tookArrived(p []byte, err error) error {
	if err == nil && r.quiet.Load() {
		r.stir()
	}
	if !r.bare {
		r.giveBuffer()
	}
	r.decoder.Lend(p)
	return r.count(len(p), err)
}

// alone is tookArrived for what may be just one frame, whose payload it returns then.
func (r *reader) alone(p []byte, err error) (payload []byte, ok bool, _ error) {
	if err == nil && r.bare && !r.quiet.Load() {
		if payload, ok = r.decoder.Alone(p); ok {
			r.counted()
			return payload, true, nil
		}
	}
	return nil, false, r.tookArrived(p, err)
}

// lentStart reports whether the decoder holds the start of a small frame that was lent.
func (r *reader) lentStart() bool {
	held := r.decoder.Buffered()
	return held > 0 && r.arrived != nil && r.bare && !r.kept && !r.lean && held+r.decoder.Need() <= smallFrame
}

// smallFrame is how many bytes such a frame has at most.
const smallFrame = 512

// restOf is what the rest of it is read into, behind its start: it needs no buffer of the usual size.
func (r *reader) restOf() []byte {
	if cap(r.rest) < smallFrame {
		r.rest = make([]byte, 0, smallFrame)
	}
	need, start := r.decoder.Need(), r.decoder.TakeRaw(int64(r.decoder.Buffered()))
	r.decoder.Adopt(r.rest[:smallFrame])
	r.decoder.Feed(start)
	return r.decoder.Buffer(need)
}
