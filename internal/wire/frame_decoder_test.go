// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// payloads takes every complete frame there is.
func payloads(t testing.TB, d *FrameDecoder) [][]byte {
	t.Helper()
	var list [][]byte
	for {
		p, ok, err := d.Next()
		if err != nil {
			t.Fatal(err)
		}
		if !ok {
			return list
		}
		list = append(list, bytes.Clone(p))
	}
}

// rawFrame is a frame around any payload.
func rawFrame(payload []byte) []byte {
	return append(binary.BigEndian.AppendUint64(nil, uint64(len(payload)+FrameHeaderLen)), payload...)
}

func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func TestTFD01FrameDecoding(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	var stream []byte
	var want [][]byte
	for range 100 {
		p := randomBytes(r, 1<<10+r.IntN(31<<10))
		want, stream = append(want, p), append(stream, rawFrame(p)...)
	}
	var d FrameDecoder
	var got [][]byte
	for len(stream) > 0 {
		n := min(len(stream), 256+r.IntN(4<<10-256))
		d.Feed(stream[:n])
		stream = stream[n:]
		got = append(got, payloads(t, &d)...)
	}
	if len(got) != 100 || !bytes.Equal(bytes.Join(got, nil), bytes.Join(want, nil)) {
		t.Fatalf("%d frames of 100, or other bytes", len(got))
	}
	if d.Buffered() != 0 || len(d.buf) != BufferSize {
		t.Fatalf("%d bytes waiting in a buffer of %d", d.Buffered(), len(d.buf))
	}
}

// TestTFD02ConsolidationPerf: Spark tries thresholds for joining pieces; we
// have one rule, so what is checked is that rule: memory follows what arrived.
func TestTFD02ConsolidationPerf(t *testing.T) {
	const size, piece = 4 << 20, 32 << 10
	frame := rawFrame(randomBytes(rand.New(rand.NewPCG(2, 2)), size))
	var d FrameDecoder
	total := 0
	for range 3 {
		for at := 0; at < len(frame); at += piece {
			d.Feed(frame[at:min(len(frame), at+piece)])
			if held := d.Buffered(); len(d.buf) > max(BufferSize, 2*held) || len(d.buf) > len(frame) && len(d.buf) > BufferSize {
				t.Fatalf("%d bytes of memory for %d received", len(d.buf), held)
			}
		}
		got := payloads(t, &d)
		if len(got) != 1 || !bytes.Equal(got[0], frame[FrameHeaderLen:]) {
			t.Fatal("not the one frame that was fed")
		}
		total += len(got[0])
	}
	if total != 3*size {
		t.Fatalf("%d bytes", total)
	}
	if d.Buffer(1); len(d.buf) > BufferSize {
		t.Fatalf("%d bytes of memory kept for nothing", len(d.buf))
	}
}

func TestTFD03Interception(t *testing.T) {
	var d FrameDecoder
	head := AppendFrame(nil, StreamResponse{StreamID: "s", ByteCount: 300})
	d.Feed(head)
	if got := payloads(t, &d); len(got) != 1 {
		t.Fatalf("%d frames", len(got))
	}
	// Raw bytes that look like a refused frame length: nobody may parse them.
	raw := bytes.Repeat([]byte{0xff}, 300)
	left := int64(len(raw))
	for i := range 3 {
		d.Feed(raw[i*100 : i*100+100])
		if left -= int64(len(d.TakeRaw(left))); left != int64(200-100*i) {
			t.Fatalf("read %d: %d raw bytes left", i, left)
		}
	}
	d.Feed(rawFrame([]byte{9, 0, 0, 0, 0}))
	if d.TakeRaw(left) != nil {
		t.Fatal("took bytes of the next frame")
	}
	if got := payloads(t, &d); len(got) != 1 || len(got[0]) != 5 || d.Buffered() != 0 {
		t.Fatalf("behind the raw bytes: %x", got)
	}
}

// TestTFD04RetainedFrames keeps frames by detaching their buffers, with part of
// the next frame already behind them.
func TestTFD04RetainedFrames(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	var stream []byte
	var want [][]byte
	for range 40 {
		p := randomBytes(r, 1+r.IntN(2*BufferSize))
		want, stream = append(want, p), append(stream, rawFrame(p)...)
	}
	var d FrameDecoder
	var kept [][]byte
	for len(stream) > 0 {
		n := min(len(stream), max(1, d.Need())+r.IntN(20))
		d.Feed(stream[:n])
		stream = stream[n:]
		for {
			got, ok, err := d.Next()
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				break
			}
			d.Detach()
			kept = append(kept, got)
		}
	}
	if len(kept) != len(want) {
		t.Fatalf("%d frames of %d", len(kept), len(want))
	}
	for i := range kept {
		if !bytes.Equal(kept[i], want[i]) {
			t.Fatalf("kept frame %d was overwritten", i)
		}
	}
}

func TestTFD05SplitLengthField(t *testing.T) {
	p := []byte("a payload")
	frame := rawFrame(p)
	for first := range 7 {
		var d FrameDecoder
		d.Feed(frame[:first])
		if got := payloads(t, &d); len(got) != 0 || d.Need() != FrameHeaderLen-first {
			t.Fatalf("after %d bytes: %x, %d needed", first, got, d.Need())
		}
		d.Feed(frame[first:])
		if got := payloads(t, &d); len(got) != 1 || !bytes.Equal(got[0], p) {
			t.Fatalf("split after %d: %x", first, got)
		}
	}
}

func TestTFD06NegativeFrameSize(t *testing.T) {
	refused(t, -1, "Frame length should be positive: -9")
}

func TestTFD07EmptyFrame(t *testing.T) {
	refused(t, 8, "Frame length should be positive: 0")
}

// refused feeds a length field and expects Spark's text, for good.
func refused(t *testing.T, length int64, text string) {
	t.Helper()
	var d FrameDecoder
	d.Feed(binary.BigEndian.AppendUint64(nil, uint64(length)))
	for range 2 {
		var frameErr *FrameError
		_, ok, err := d.Next()
		if ok || !errors.As(err, &frameErr) || err.Error() != text {
			t.Fatalf("length %d: %t, %v, want %s", length, ok, err, text)
		}
		if JavaText(err) != "java.lang.IllegalArgumentException: "+text {
			t.Fatal(JavaText(err))
		}
	}
	if d.Need() != 0 || len(d.buf) > BufferSize {
		t.Fatalf("%d bytes needed, %d held", d.Need(), len(d.buf))
	}
}

func TestFrameLengthLimits(t *testing.T) {
	// Spark skips 7 silently; we refuse it.
	refused(t, 7, "Frame length should be positive: -1")
	refused(t, 0, "Frame length should be positive: -8")
	refused(t, MaxPayload+9, "Too large frame: 2147483647")
	refused(t, 1<<40, "Too large frame: 1099511627768")
	refused(t, math.MaxInt64, "Too large frame: 9223372036854775799")
	refused(t, math.MinInt64, "Too large frame: 9223372036854775800") // Java's subtraction wraps as well
	refused(t, int64(binary.BigEndian.Uint64([]byte("HTTP/1.1"))), "Too large frame: 5211883372140375593")

	var d FrameDecoder
	d.Feed(binary.BigEndian.AppendUint64(nil, MaxPayload+8))
	if _, ok, err := d.Next(); ok || err != nil || len(d.Buffer(1)) > BufferSize {
		t.Fatalf("the largest frame is waited for: %t, %v, %d bytes", ok, err, len(d.buf))
	}
	for limit, want := range map[int]string{5: "<nil>", 4: "Too large frame: 5"} {
		d := FrameDecoder{MaxPayload: limit}
		d.Feed(rawFrame([]byte("12345")))
		if _, _, err := d.Next(); fmt.Sprint(err) != want {
			t.Errorf("limit %d: %v", limit, err)
		}
	}
}

// TestPeekNext: what PeekNext shows is what Next would return, and only Taken takes it.
func TestPeekNext(t *testing.T) {
	var d FrameDecoder
	first := rawFrame([]byte("first"))
	d.Feed(first[:len(first)-1])
	if p := d.PeekNext(); p != nil {
		t.Fatalf("an unfinished frame: %q", p)
	}
	d.Feed(first[len(first)-1:])
	d.Feed(rawFrame([]byte("second")))
	for range 2 {
		if p := d.PeekNext(); string(p) != "first" || cap(p) != len(p) {
			t.Fatalf("%q", p)
		}
	}
	d.Taken(d.PeekNext())
	if p, ok, err := d.Next(); string(p) != "second" || !ok || err != nil {
		t.Fatalf("behind it: %q, %t, %v", p, ok, err)
	}
	d.Feed(make([]byte, FrameHeaderLen)) // a length that is refused
	if p := d.PeekNext(); p != nil {
		t.Fatalf("a refused frame: %q", p)
	}
	if _, _, err := d.Next(); err == nil {
		t.Fatal("the refusal is gone")
	}
}
