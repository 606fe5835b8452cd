// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// TestMessagesSurviveTheWire: messages, with raw bytes behind those that
// announce some, cut into any pieces, come out as they went in.
func TestMessagesSurviveTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var stream []byte
		var want []Message
		for range rapid.IntRange(1, 8).Draw(t, "messages") {
			m := anyMessage().Draw(t, "message")
			switch u := m.(type) {
			case StreamResponse:
				u.ByteCount %= 50
				m = u
			case UploadStream:
				u.BodyByteCount %= 50
				m = u
			}
			want = append(want, m)
			stream = append(AppendFrame(stream, m), bytes.Repeat([]byte{0xee}, int(rawCount(m)))...)
		}
		got := receive(t, stream)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
	})
}

// receive decodes a stream that arrives in drawn pieces.
func receive(t *rapid.T, stream []byte) []Message {
	var d FrameDecoder
	var got []Message
	raw := int64(0)
	for len(stream) > 0 {
		n := rapid.IntRange(1, len(stream)).Draw(t, "piece")
		d.Feed(stream[:n])
		stream = stream[n:]
		for {
			raw -= int64(len(d.TakeRaw(raw)))
			if raw > 0 {
				break
			}
			payload, ok, err := d.Next()
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				break
			}
			m, err := ParseMessage(bytes.Clone(payload))
			if err != nil {
				t.Fatal(err)
			}
			got, raw = append(got, m), rawCount(m)
		}
	}
	if raw != 0 || d.Buffered() != 0 {
		t.Fatalf("%d raw bytes missing, %d bytes left over", raw, d.Buffered())
	}
	return got
}

func TestEnvelopeSurvivesTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyEnvelope().Draw(t, "envelope")
		b, err := AppendEnvelope(nil, want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := ParseEnvelope(b)
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatalf("%v (-want +got):\n%s", err, diff)
		}
	})
}

func TestBitmapSurvivesTheWire(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		want := anyBitmap().Draw(t, "bitmap")
		b := AppendBitmap([]byte("x"), want)
		got, rest, err := ParseBitmap(append(b[1:], 0xaa))
		if err != nil || len(rest) != 1 || !got.Equal(want) {
			t.Fatalf("%v, %d bytes left, %v and %v", err, len(rest), want, got)
		}
		if again := AppendBitmap(nil, got); !bytes.Equal(again, b[1:]) {
			t.Fatalf("%x\n%x", b[1:], again)
		}
	})
}
