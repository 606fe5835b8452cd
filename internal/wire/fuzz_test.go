// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"runtime"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// allocated is how many bytes f allocates.
func allocated(f func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// seedFrames seeds a fuzz target with every frame Spark's encoder made.
func seedFrames(f *testing.F, add func(frame []byte)) {
	for _, v := range readVectors(f, "frames.json") {
		if v.Family == "frames" {
			add(unhex(f, v.Hex))
		}
	}
}

// FuzzFrame: whatever arrives, in whatever pieces, the decoder neither panics
// nor holds more than twice what it received; what it takes is what was sent,
// and pieces do not matter.
func FuzzFrame(f *testing.F) {
	seedFrames(f, func(frame []byte) {
		f.Add(frame, uint16(3))
		f.Add(append(frame, frame...), uint16(len(frame)))
	})
	f.Add(unhex(f, "0000000000000007"), uint16(1))
	f.Add(unhex(f, "000000007fffffff00"), uint16(1))
	f.Add(rawFrame(make([]byte, 3*BufferSize)), uint16(5000))
	f.Fuzz(func(t *testing.T, stream []byte, piece uint16) {
		whole, wholeErr := framesOf(t, stream, len(stream))
		parts, partsErr := framesOf(t, stream, int(piece))
		if !bytes.Equal(whole, parts) || (wholeErr == nil) != (partsErr == nil) {
			t.Fatalf("pieces of %d: %x, %v; whole: %x, %v", piece, parts, partsErr, whole, wholeErr)
		}
		if !bytes.HasPrefix(stream, whole) {
			t.Fatalf("took %x", whole)
		}
	})
}

// framesOf feeds stream in pieces and writes the frames that came out again.
func framesOf(t *testing.T, stream []byte, piece int) (again []byte, err error) {
	var d FrameDecoder
	for len(stream) > 0 {
		n := min(len(stream), max(1, piece))
		d.Feed(stream[:n])
		stream = stream[n:]
		if held := d.Buffered(); len(d.buf) > max(2*BufferSize, 2*held) {
			t.Fatalf("%d bytes of memory for %d received", len(d.buf), held)
		}
		for {
			p, ok, err := d.Next()
			if err != nil {
				return again, err
			}
			if !ok {
				break
			}
			again = append(again, rawFrame(p)...)
		}
	}
	return again, nil
}

// FuzzMessage: no payload makes the parser panic or allocate more than its size
// is worth, and what parses comes back from its own bytes.
func FuzzMessage(f *testing.F) {
	seedFrames(f, func(frame []byte) { f.Add(frame[FrameHeaderLen:]) })
	f.Add(unhex(f, "06 00000004 2f66fffe"))
	f.Add(unhex(f, "06 7fffffff"))
	f.Fuzz(func(t *testing.T, payload []byte) {
		var m Message
		var err error
		if got := allocated(func() { m, err = ParseMessage(payload) }); got > 64<<10+16*uint64(len(payload)) {
			t.Fatalf("%d bytes allocated for %d", got, len(payload))
		}
		if err != nil {
			if m != nil || JavaText(err) == "" {
				t.Fatalf("%v and %v", m, err)
			}
			return
		}
		again, err := ParseMessage(AppendFrame(nil, m)[FrameHeaderLen:])
		if diff := cmp.Diff(m, again, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatalf("%v (-first +again):\n%s", err, diff)
		}
		if meta, ok := m.(MergedBlockMetaSuccess); ok {
			_, _ = meta.Bitmaps()
		}
	})
}

// FuzzEnvelope: as FuzzMessage, and the view says the same as the copy.
func FuzzEnvelope(f *testing.F) {
	for _, v := range readVectors(f, "rpc_envelope.json") {
		if v.Hex != "" {
			f.Add(unhex(f, v.Hex))
		}
	}
	f.Add(unhex(f, "01 0003 eda0bd 00000001 00 0006 eda0bdedb880"))
	f.Fuzz(func(t *testing.T, body []byte) {
		var e Envelope
		var err error
		if got := allocated(func() { e, err = ParseEnvelope(body) }); got > 64<<10+16*uint64(len(body)) {
			t.Fatalf("%d bytes allocated for %d", got, len(body))
		}
		view, viewErr := ParseEnvelopeView(body)
		if (err == nil) != (viewErr == nil) {
			t.Fatalf("copy: %v, view: %v", err, viewErr)
		}
		if err != nil {
			return
		}
		if view.EndpointName() != e.Name || view.Sender.Address() != e.Sender || view.Receiver.Address() != e.Receiver {
			t.Fatalf("copy %v, view %v", e, view)
		}
		b, err := AppendEnvelope(nil, e)
		if err != nil { // bare NULs, which Java reads but never writes, grow
			if utfLen(e.Name) <= maxUTF && utfLen(e.Sender.Host) <= maxUTF && utfLen(e.Receiver.Host) <= maxUTF {
				t.Fatal(err)
			}
			return
		}
		again, err := ParseEnvelope(b)
		if diff := cmp.Diff(e, again, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatalf("%v (-first +again):\n%s", err, diff)
		}
	})
}
