// SPDX-License-Identifier: Apache-2.0

package wire

import "encoding/binary"

// Buffer is free space to read into: at least atLeast bytes, or fewer when they
// complete the frame at the front and that frame is larger than BufferSize, so
// that its buffer holds nothing else and can be detached for nothing. It ends
// the life of everything returned before.
func (d *FrameDecoder) Buffer(atLeast int) []byte {
	atLeast = max(1, atLeast)
	if d.r == d.w {
		d.r, d.w = 0, 0
		if d.grown {
			d.buf, d.grown, d.lent = nil, false, false
		}
		if len(d.buf) >= max(atLeast, FrameHeaderLen) {
			return d.buf
		}
	}
	held, need := d.w-d.r, d.Need()
	if need == 0 || held+need <= BufferSize {
		d.reserve(held+max(atLeast, need), max(BufferSize, 2*held))
		return d.buf[d.w:]
	}
	atLeast = min(atLeast, need)
	d.reserve(held+atLeast, min(held+need, max(BufferSize, 2*held)))
	return d.buf[d.w:min(len(d.buf), d.w+need)]
}

// reserve makes buf[r:] at least least bytes long, moving the received bytes to
// the front or into a new buffer of at least size bytes. One that received
// bytes made larger than usual goes when they are taken.
func (d *FrameDecoder) reserve(least, size int) {
	if len(d.buf)-d.r >= least {
		return
	}
	to := d.buf
	if len(to) < least || d.lent {
		to = make([]byte, max(least, size))
		d.grown, d.lent = d.w > d.r && len(to) > BufferSize, false
	}
	d.w = copy(to, d.buf[d.r:d.w])
	d.buf, d.r = to, 0
}

// Filled says that the first n bytes of the last Buffer now hold what was
// received.
func (d *FrameDecoder) Filled(n int) { d.w += n }

// Feed receives bytes that are already in memory, by copying them: what a
// cipher put out, or a test. Where a socket can be read into Buffer, do that.
func (d *FrameDecoder) Feed(p []byte) {
	for len(p) > 0 {
		n := copy(d.Buffer(1), p)
		d.Filled(n)
		p = p[n:]
	}
}

// Detach hands the buffer over to the caller, so that everything returned from
// it stays valid for good; the decoder goes on with a new buffer, into which it
// copies what was not taken yet. Worth it for frames above BufferSize, where
// nothing is left to copy; copy the payload of a small frame instead.
//
// An idle connection detaches an empty decoder to hold no memory at all, and
// lends it the buffer again with Adopt. Memory that came with Lend is not handed
// over: it is nil then.
func (d *FrameDecoder) Detach() []byte {
	old, rest := d.buf, d.buf[d.r:d.w]
	if d.lent {
		old = nil
	}
	d.buf, d.r, d.w, d.grown, d.lent = nil, 0, 0, false, false
	if len(rest) > 0 {
		d.buf = make([]byte, max(BufferSize, len(rest)))
		d.w = copy(d.buf, rest)
	}
	return old
}

// Adopt lends an empty decoder a buffer to read into, which it keeps until it is
// detached or too small for a large frame. How much one read takes depends on
// its length, so lend buffers of one size. It panics when received bytes are
// waiting, for they would be lost.
func (d *FrameDecoder) Adopt(buf []byte) {
	if d.r != d.w {
		panic("wire: FrameDecoder.Adopt with bytes waiting")
	}
	d.buf, d.r, d.w, d.grown, d.lent = buf, 0, 0, false, false
}

// Lend gives an empty decoder bytes that were received, to take frames from them
// where they are. It never writes to them; the owner has them back once all are
// taken, or with the next call of Buffer, Feed, Adopt or Detach. What it had to
// read into it has no more: detach that first. It panics as Adopt does.
func (d *FrameDecoder) Lend(received []byte) {
	if d.r != d.w {
		panic("wire: FrameDecoder.Lend with bytes waiting")
	}
	d.buf, d.r, d.w, d.grown, d.lent = received, 0, len(received), true, true
}

// Alone is Lend and then Next for what is just one frame, of a usual size, which an empty decoder needs not be lent. It
// reports false for anything else.
func (d *FrameDecoder) Alone(received []byte) (payload []byte, ok bool) {
	n := len(received)
	if n <= FrameHeaderLen || n > BufferSize || binary.BigEndian.Uint64(received) != uint64(n) || d.r != d.w {
		return nil, false
	}
	if limit := d.MaxPayload; limit > 0 && n > limit {
		return nil, false
	}
	return received[FrameHeaderLen:n:n], true
}
