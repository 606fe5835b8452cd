// SPDX-License-Identifier: Apache-2.0

package wire

import "encoding/binary"

const (
	// FrameHeaderLen is the size of the int64 that starts a frame and counts
	// the whole frame, itself included.
	FrameHeaderLen = 8

	// MaxPayload is the largest payload Spark accepts, in bytes: everything
	// behind the length field.
	MaxPayload = 1<<31 - 2

	// BufferSize is what a FrameDecoder allocates to read into, in bytes. A
	// frame that fits is never given a buffer of its own.
	BufferSize = 64 << 10
)

// FrameDecoder turns a stream of bytes into frames. It does no I/O: the owner
// of the connection reads into Buffer, says how much came with Filled, and then
// takes frames with Next until there is none.
//
//	for {
//		n, err := conn.Read(d.Buffer(4096))
//		d.Filled(n)
//		for {
//			payload, ok, err := d.Next()
//			if err != nil { /* close */ }
//			if !ok { break }
//			/* handle payload before the next frame is looked at */
//		}
//	}
//
// What Next, TakeFrameStart and TakeRaw return aliases the decoder's buffer and
// is valid until the next call of Buffer, Feed, Adopt, Lend or Detach; Detach
// makes it the caller's for good.
//
// Raw mode: behind a StreamResponse or UploadStream frame the stream holds
// bytes without frames. Handle that frame before calling Next again, take the
// raw bytes with TakeRaw, and when TakeRaw has none left read the rest from the
// connection straight to where it belongs, exactly to the last raw byte. Then
// go on with Next. TakeFrameStart does the same for the body of a large frame.
//
// Memory: a decoder never allocates because of an announced length alone. The
// buffer of a frame larger than BufferSize grows as its bytes arrive, to at
// most twice what was received and never past the frame's end; it is dropped,
// or detached, with the frame.
//
// The zero value is ready for use. It is not safe for concurrent use. Follows
// TransportFrameDecoder, except that a length of 7, which Spark skips silently
// because it collides with an internal marker, is refused like 8 and 0.
type FrameDecoder struct {
	// MaxPayload is the largest payload accepted, in bytes; 0, or anything
	// above it, means the constant MaxPayload.
	MaxPayload int

	buf   []byte // what was received and not taken is buf[r:w]
	r, w  int
	grown bool // buf goes with what it holds: it is larger than usual for that, or lent
	lent  bool // buf is not to be written to
}

// Next takes the next complete frame and returns its payload: the type byte, the
// header and the in-frame body, without the length. It reports false when more
// bytes must arrive first. A *FrameError stays: the stream is beyond repair.
func (d *FrameDecoder) Next() (payload []byte, ok bool, err error) {
	n, err := d.announced()
	if err != nil || n == 0 || d.w-d.r-FrameHeaderLen < n {
		return nil, false, err
	}
	start := d.r + FrameHeaderLen
	d.r = start + n
	return d.buf[start:d.r:d.r], true, nil
}

// PeekNext is Next without taking: Taken does that.
func (d *FrameDecoder) PeekNext() (payload []byte) {
	n, err := d.announced()
	if err != nil || n == 0 || d.w-d.r-FrameHeaderLen < n {
		return nil
	}
	start := d.r + FrameHeaderLen
	return d.buf[start : start+n : start+n]
}

// Taken takes the frame of a payload that PeekNext has returned.
func (d *FrameDecoder) Taken(payload []byte) { d.r += FrameHeaderLen + len(payload) }

// announced is the payload length of the frame at the front, 0 while the length
// field has not arrived.
func (d *FrameDecoder) announced() (int, error) {
	if d.w-d.r < FrameHeaderLen {
		return 0, nil
	}
	n := int64(binary.BigEndian.Uint64(d.buf[d.r:])) - FrameHeaderLen
	limit := d.MaxPayload
	if limit <= 0 || limit > MaxPayload {
		limit = MaxPayload
	}
	if n <= 0 || n > int64(limit) {
		return 0, &FrameError{Payload: n, Limit: limit}
	}
	return int(n), nil
}

// Need is how many bytes must still arrive to complete the frame at the front
// or, when not even its length is there, the length. It is 0 when a frame is
// complete or its length is refused: Next says which.
func (d *FrameDecoder) Need() int {
	n, err := d.announced()
	if err != nil {
		return 0
	}
	return max(0, FrameHeaderLen+n-(d.w-d.r))
}

// Buffered is how many received bytes have not been taken yet.
func (d *FrameDecoder) Buffered() int { return d.w - d.r }

// Peek shows the frame at the front without taking it: the length of its
// payload, 0 while unknown, and as much of the payload as has arrived.
func (d *FrameDecoder) Peek() (payloadLen int, arrived []byte, err error) {
	n, err := d.announced()
	if err != nil || n == 0 {
		return 0, nil, err
	}
	start := d.r + FrameHeaderLen
	end := min(d.w, start+n)
	return n, d.buf[start:end:end], nil
}

// TakeFrameStart takes the length and the first n bytes of the payload of the
// frame at the front, and leaves the rest of its payload as rest raw bytes for
// TakeRaw and for the caller's own reads. So a large body is received in place,
// without passing this buffer. It reports false when those n bytes have not all
// arrived or the payload is shorter than n.
func (d *FrameDecoder) TakeFrameStart(n int) (start []byte, rest int, ok bool, err error) {
	size, arrived, err := d.Peek()
	if err != nil || n <= 0 || len(arrived) < n {
		return nil, 0, false, err
	}
	d.r += FrameHeaderLen + n
	return arrived[:n:n], size - n, true, nil
}

// TakeRaw takes up to limit bytes without looking for frames in them: raw bytes,
// or everything there is when a cipher takes over the stream. It is nil when
// nothing is buffered: then the connection itself is next.
func (d *FrameDecoder) TakeRaw(limit int64) []byte {
	n := int(min(int64(d.w-d.r), limit))
	if n <= 0 {
		return nil
	}
	d.r += n
	return d.buf[d.r-n : d.r : d.r]
}
