// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestLargeFrameFillsItsBuffer: the buffer of a large frame ends where the frame
// ends, so nothing is read past it and Detach copies nothing.
func TestLargeFrameFillsItsBuffer(t *testing.T) {
	p := randomBytes(rand.New(rand.NewPCG(5, 5)), 300_000)
	stream := append(rawFrame(p), rawFrame([]byte("next"))...)
	var d FrameDecoder
	for d.Need() > 0 {
		free := d.Buffer(4096)
		n := copy(free, stream)
		d.Filled(n)
		stream = stream[n:]
	}
	got, ok, err := d.Next()
	if !ok || err != nil || d.Buffered() != 0 {
		t.Fatalf("%t, %v, %d bytes behind the frame", ok, err, d.Buffered())
	}
	buf := d.Detach()
	if len(buf) != FrameHeaderLen+len(p) || &buf[FrameHeaderLen] != &got[0] {
		t.Fatalf("a buffer of %d bytes for a frame of %d", len(buf), FrameHeaderLen+len(p))
	}
	d.Feed(stream)
	if next := payloads(t, &d); len(next) != 1 || string(next[0]) != "next" {
		t.Fatalf("next: %q", next)
	}
	if !bytes.Equal(got, p) {
		t.Fatal("the detached frame was overwritten")
	}
}

// TestLargeBufferDoesNotReadAhead: in a buffer larger than a large frame, too,
// reading stops at the frame's end.
func TestLargeBufferDoesNotReadAhead(t *testing.T) {
	var d FrameDecoder
	d.Adopt(make([]byte, 10*BufferSize))
	d.Feed(rawFrame(make([]byte, 2*BufferSize))[:100])
	if free := d.Buffer(5 * BufferSize); len(free) != d.Need() {
		t.Fatalf("%d bytes to read, %d needed", len(free), d.Need())
	}
}

// TestOneReadHoldsManyFrames: frames that came with one read are handed out
// where they lie.
func TestOneReadHoldsManyFrames(t *testing.T) {
	var d FrameDecoder
	free := d.Buffer(1)
	n := 0
	for range 3 {
		n += copy(free[n:], rawFrame([]byte("payload")))
	}
	d.Filled(n)
	for i := range 3 {
		p, ok, err := d.Next()
		if !ok || err != nil || &p[0] != &free[i*15+FrameHeaderLen] {
			t.Fatalf("frame %d was moved: %t, %v", i, ok, err)
		}
		if cap(p) != len(p) {
			t.Fatal("appending to a payload would overwrite the next frame")
		}
	}
}

// TestFeedBehindLargeFrame: what a cipher puts out does not stop where a large
// frame ends; the rest costs no copy of that frame for every byte.
func TestFeedBehindLargeFrame(t *testing.T) {
	large := rawFrame(make([]byte, 1<<20))
	stream := append(bytes.Clone(large), bytes.Repeat(rawFrame([]byte("small")), 5000)...)
	var d FrameDecoder
	if got := allocated(func() { d.Feed(stream) }); got > 5*uint64(len(large)) {
		t.Fatalf("%d bytes allocated for %d", got, len(stream))
	}
	if n := len(payloads(t, &d)); n != 5001 {
		t.Fatalf("%d frames", n)
	}
	if d.Buffer(1); len(d.buf) > BufferSize {
		t.Fatalf("%d bytes of memory kept for nothing", len(d.buf))
	}
}

// TestBufferThatWasAskedForStays: a caller who wants larger reads keeps one
// buffer for them.
func TestBufferThatWasAskedForStays(t *testing.T) {
	var d FrameDecoder
	first := d.Buffer(3 * BufferSize)
	d.Filled(copy(first, rawFrame([]byte("p"))))
	payloads(t, &d)
	if second := d.Buffer(3 * BufferSize); &second[0] != &first[0] {
		t.Fatal("made another buffer")
	}
}

func TestTakeFrameStart(t *testing.T) {
	body := randomBytes(rand.New(rand.NewPCG(6, 6)), 200_000)
	frame := AppendFrame(nil, ChunkFetchSuccess{StreamID: 7, ChunkIndex: 3, Body: body})
	stream := append(bytes.Clone(frame), rawFrame([]byte("next"))...)
	var d FrameDecoder
	d.Feed(stream[:20])
	if _, _, ok, err := d.TakeFrameStart(ChunkFetchSuccessStart); ok || err != nil {
		t.Fatalf("the start has not arrived: %t, %v", ok, err)
	}
	d.Feed(stream[20:100])
	size, arrived, err := d.Peek()
	if size != ChunkFetchSuccessStart+len(body) || len(arrived) != 92 || err != nil || PeekType(arrived) != TypeChunkFetchSuccess {
		t.Fatalf("peek: %d, %d arrived, %v", size, len(arrived), err)
	}
	start, rest, ok, err := d.TakeFrameStart(ChunkFetchSuccessStart)
	if !ok || err != nil || rest != len(body) {
		t.Fatalf("%t, %v, %d bytes behind the start", ok, err, rest)
	}
	m, err := ParseChunkFetchSuccess(start)
	if err != nil || m.StreamID != 7 || m.ChunkIndex != 3 || len(m.Body) != 0 {
		t.Fatalf("%v, %v", m, err)
	}
	got := make([]byte, 0, rest)
	got = append(got, d.TakeRaw(int64(rest))...)
	if d.TakeRaw(int64(rest-len(got))) != nil {
		t.Fatal("nothing is buffered any more")
	}
	got = append(got, stream[100:len(frame)]...) // read from the connection
	d.Feed(stream[len(frame):])
	if next := payloads(t, &d); !bytes.Equal(got, body) || len(next) != 1 || string(next[0]) != "next" {
		t.Fatalf("other body, or next: %q", next)
	}
}

func TestTakeFrameStartOfShortFrame(t *testing.T) {
	var d FrameDecoder
	d.Feed(rawFrame([]byte("123")))
	if _, _, ok, _ := d.TakeFrameStart(4); ok {
		t.Fatal("took more than the frame")
	}
	if start, rest, ok, _ := d.TakeFrameStart(3); !ok || rest != 0 || string(start) != "123" {
		t.Fatalf("%q, %d, %t", start, rest, ok)
	}
}

// TestCipherTakesOver: what lies behind the last clear frame can be taken whole.
func TestCipherTakesOver(t *testing.T) {
	var d FrameDecoder
	d.Feed(append(rawFrame([]byte("clear")), "secret"...))
	if got := payloads(t, &d); len(got) != 1 {
		t.Fatalf("%q", got)
	}
	if got := d.TakeRaw(1 << 62); string(got) != "secret" {
		t.Fatalf("%q", got)
	}
}

func TestIdleDecoderHoldsNothing(t *testing.T) {
	var d FrameDecoder
	lent := make([]byte, BufferSize)
	d.Adopt(lent)
	if free := d.Buffer(1); &free[0] != &lent[0] {
		t.Fatal("did not use the lent buffer")
	}
	d.Filled(3)
	func() {
		defer func() {
			if recover() == nil {
				t.Error("three bytes were lost without a word")
			}
		}()
		d.Adopt(lent)
	}()
	d.TakeRaw(3)
	if back := d.Detach(); &back[0] != &lent[0] || d.buf != nil {
		t.Fatal("did not give the buffer back")
	}
}
