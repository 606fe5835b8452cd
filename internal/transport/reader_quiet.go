// SPDX-License-Identifier: Apache-2.0

package transport

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
	if r.streak++; r.streak < busyStreak {
		return nil
	}
	now := r.shared.rt.Now().UnixNano()
	if now-r.since < int64(busyTime) {
		r.quiet.Store(false)
		r.stirred()
	}
	r.streak, r.since = 0, now
	return nil
}

// lend gives the decoder's buffer to other connections. The beginning of a small frame stays in memory of its own size;
// of a large one, the decoder holds little more than what came.
func (r *reader) lend() {
	held := r.decoder.Buffered()
	if r.bare || held > keepAtMost {
		return
	}
	if held > 0 {
		r.rest = append([]byte(nil), r.decoder.TakeRaw(int64(held))...)
	}
	r.shared.buffers.put(r.decoder.Detach())
	r.bare = true
}

// keepAtMost is how many bytes of a frame that has begun are moved out of the decoder while nothing comes.
const keepAtMost = 32 << 10

// borrow gives the decoder a buffer again, and what it held.
func (r *reader) borrow() {
	if !r.bare {
		return
	}
	r.bare = false
	r.decoder.Adopt(r.shared.buffers.get())
	if r.rest != nil {
		r.decoder.Feed(r.rest)
		r.rest = nil
	}
}
