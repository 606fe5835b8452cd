// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"math/rand/v2"
	"testing"
)

// TestLentFramesAreTakenInPlace: frames that are lent whole are handed out where they lie.
func TestLentFramesAreTakenInPlace(t *testing.T) {
	var d FrameDecoder
	lent := append(rawFrame([]byte("one")), rawFrame([]byte("two"))...)
	d.Lend(lent)
	for i, want := range []string{"one", "two"} {
		got, ok, err := d.Next()
		if !ok || err != nil || string(got) != want {
			t.Fatalf("%q, %t, %v: want %q", got, ok, err, want)
		}
		if at := i*(FrameHeaderLen+3) + FrameHeaderLen; &got[0] != &lent[at] {
			t.Fatalf("frame %d was moved", i)
		}
	}
	if free := d.Buffer(1); len(free) != BufferSize || d.lent || d.grown {
		t.Fatalf("%d bytes to read into behind what was lent", len(free))
	}
}

// TestLentMemoryIsNotWritten: whatever is cut off is completed elsewhere.
func TestLentMemoryIsNotWritten(t *testing.T) {
	draw := rand.New(rand.NewPCG(3, 9))
	for range 300 {
		var stream []byte
		var want [][]byte
		for range 1 + draw.IntN(5) {
			p := randomBytes(draw, 1+draw.IntN([]int{20, 2 * BufferSize}[draw.IntN(2)]))
			want, stream = append(want, p), append(stream, rawFrame(p)...)
		}
		var d FrameDecoder
		var got [][]byte
		for len(stream) > 0 {
			n := min(len(stream), 1+draw.IntN([]int{30, BufferSize}[draw.IntN(2)]))
			lent := append(make([]byte, 0, n+BufferSize), stream[:n]...) // with room behind, which is not the decoder's either
			if stream = stream[n:]; d.Buffered() == 0 {
				d.Lend(lent)
			} else {
				d.Feed(lent)
			}
			got = append(got, clonesOf(payloads(t, &d))...)
			if d.Buffered() > 0 && draw.IntN(2) == 0 {
				d.Detach()
			} else {
				d.Buffer(1)[0]++
			}
			if behind := lent[:cap(lent)][n:]; !bytes.Equal(behind, make([]byte, len(behind))) {
				t.Fatal("written behind what was lent")
			}
			clear(lent) // the lender has it back
		}
		if len(got) != len(want) {
			t.Fatalf("%d frames of %d", len(got), len(want))
		}
		for i := range want {
			if !bytes.Equal(got[i], want[i]) {
				t.Fatalf("frame %d differs", i)
			}
		}
	}
}

func clonesOf(all [][]byte) [][]byte {
	for i, p := range all {
		all[i] = bytes.Clone(p)
	}
	return all
}

func TestLentMemoryIsNotHandedOver(t *testing.T) {
	var d FrameDecoder
	d.Lend(make([]byte, 3))
	func() {
		defer func() {
			if recover() == nil {
				t.Error("three bytes were lost without a word")
			}
		}()
		d.Lend(make([]byte, 3))
	}()
	if old := d.Detach(); old != nil || d.Buffered() != 3 {
		t.Fatalf("%d bytes handed over, %d kept", len(old), d.Buffered())
	}
}
