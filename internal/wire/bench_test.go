// SPDX-License-Identifier: Apache-2.0

package wire

import "testing"

// BenchmarkAsk is the codec's share of one ask: both frames written and read.
func BenchmarkAsk(b *testing.B) {
	body := make([]byte, 64)
	head, err := AppendEnvelopeHeader(nil, Address{}, Address{Host: "localhost", Port: 1, Present: true}, "echo")
	if err != nil {
		b.Fatal(err)
	}
	var d FrameDecoder
	out := make([]byte, 0, 1<<10)
	b.ReportAllocs()
	for b.Loop() {
		frame := AppendRpcRequestHeader(out, 1, len(head)+len(body))
		frame = append(append(frame, head...), body...)
		frame = append(AppendRpcResponseHeader(frame, 1, len(body)), body...)
		d.Feed(frame)
		p, _, _ := d.Next()
		_, in, _ := ParseRpcRequest(p)
		if v, err := ParseEnvelopeView(in); err != nil || len(v.Content) != len(body) {
			b.Fatal("other content")
		}
		p, _, _ = d.Next()
		if _, in, err := ParseRpcResponse(p); err != nil || len(in) != len(body) {
			b.Fatal("other reply")
		}
	}
}

// BenchmarkLargeFrame is a chunk of 1 MiB through the decoder's own buffer, and
// received in place by TakeFrameStart.
func BenchmarkLargeFrame(b *testing.B) {
	frame := AppendFrame(nil, ChunkFetchSuccess{Body: make([]byte, 1<<20)})
	b.Run("buffered", func(b *testing.B) {
		b.SetBytes(int64(len(frame)))
		for b.Loop() {
			var d FrameDecoder
			d.Feed(frame)
			if _, ok, err := d.Next(); !ok || err != nil {
				b.Fatal("no frame")
			}
			d.Detach()
		}
	})
	b.Run("in place", func(b *testing.B) {
		b.SetBytes(int64(len(frame)))
		var d FrameDecoder
		for b.Loop() {
			d.Feed(frame[:BufferSize])
			_, rest, ok, err := d.TakeFrameStart(ChunkFetchSuccessStart)
			if !ok || err != nil {
				b.Fatal("no frame")
			}
			chunk := make([]byte, rest)
			n := copy(chunk, d.TakeRaw(int64(rest)))
			copy(chunk[n:], frame[BufferSize:])
		}
	})
}
