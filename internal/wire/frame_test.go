// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"testing"

	"pgregory.net/rapid"
)

// TestFrameHeaderOfSeparateBody: header, then body, is the whole frame.
func TestFrameHeaderOfSeparateBody(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := anyMessage().Draw(t, "message")
		whole := AppendFrame(nil, m)
		var body []byte
		if b, ok := m.(bodied); ok {
			body = b.inFrame()
		}
		if got := append(AppendFrameHeader(nil, withoutBody(m), int64(len(body))), body...); !bytes.Equal(got, whole) {
			t.Fatalf("header and body %x\nwhole frame     %x", got, whole)
		}
	})
}

// withoutBody is m as the sender of a separate body has it.
func withoutBody(m Message) Message {
	switch m := m.(type) {
	case ChunkFetchSuccess:
		return ChunkFetchSuccess{StreamID: m.StreamID, ChunkIndex: m.ChunkIndex}
	case RpcRequest:
		return RpcRequest{RequestID: m.RequestID}
	case RpcResponse:
		return RpcResponse{RequestID: m.RequestID}
	case OneWayMessage:
		return OneWayMessage{}
	case MergedBlockMetaSuccess:
		return MergedBlockMetaSuccess{RequestID: m.RequestID, NumChunks: m.NumChunks}
	}
	return m
}

// TestRawBytesAreNotInTheFrame: the length of a frame in front of raw bytes does
// not count them.
func TestRawBytesAreNotInTheFrame(t *testing.T) {
	for _, m := range []Message{StreamResponse{"s", 4}, UploadStream{1, nil, 4}, StreamRequest{"s"}} {
		if got := AppendFrameHeader(nil, m, 4); !bytes.Equal(got, AppendFrame(nil, m)) {
			t.Errorf("%s: %x", m, got)
		}
	}
}

// TestDirectHeaders: the functions of the hot path write what AppendFrame does.
func TestDirectHeaders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := rapid.Int64().Draw(t, "id")
		index := rapid.Int32().Draw(t, "index")
		body := anyBytes().Draw(t, "body")
		n := len(body)
		for _, row := range []struct {
			header []byte
			size   int
			m      Message
		}{
			{AppendRpcRequestHeader(nil, id, n), RpcRequestHeaderLen, RpcRequest{id, body}},
			{AppendRpcResponseHeader(nil, id, n), RpcRequestHeaderLen, RpcResponse{id, body}},
			{AppendOneWayHeader(nil, n), OneWayHeaderLen, OneWayMessage{body}},
			{AppendChunkFetchSuccessHeader(nil, id, index, int64(n)), FrameHeaderLen + ChunkFetchSuccessStart, ChunkFetchSuccess{id, index, body}},
		} {
			if want := AppendFrame(nil, row.m); !bytes.Equal(append(row.header, body...), want) || len(row.header) != row.size {
				t.Fatalf("%s: header %x, frame %x", row.m, row.header, want)
			}
		}
		request := ChunkFetchRequest{id, index}
		if got, want := AppendChunkFetchRequest(body, request), AppendFrame(body, request); !bytes.Equal(got, want) {
			t.Fatalf("%s: %x, frame %x", request, got, want)
		}
	})
}

// TestBodyLengthIsIgnored: as in Spark, the body is the rest of the frame
// whatever the header says.
func TestBodyLengthIsIgnored(t *testing.T) {
	id, body, err := ParseRpcRequest(unhex(t, "03 0000000000000001 00000001 616263"))
	if id != 1 || string(body) != "abc" || err != nil {
		t.Errorf("%d, %q, %v", id, body, err)
	}
	if body, err := ParseOneWayMessage(unhex(t, "09 ffffffff 616263")); string(body) != "abc" || err != nil {
		t.Errorf("%q, %v", body, err)
	}
}

// TestHotPathAllocatesNothing: encoding and decoding of the messages of an ask.
func TestHotPathAllocatesNothing(t *testing.T) {
	buf := make([]byte, 0, 1<<10)
	body := []byte("body")
	var d FrameDecoder
	d.Buffer(1)
	envelope, err := AppendEnvelope(nil, Envelope{
		Sender: Address{Host: "localhost", Port: 1, Present: true}, Name: "echo", Content: body,
	})
	if err != nil {
		t.Fatal(err)
	}
	endpoints := map[string]int{"echo": 1}
	got := testing.AllocsPerRun(100, func() {
		b := append(AppendRpcRequestHeader(buf, 1, len(envelope)), envelope...)
		b = append(AppendRpcResponseHeader(b, 1, len(body)), body...)
		b = append(AppendOneWayHeader(b, len(body)), body...)
		b = AppendChunkFetchSuccessHeader(b, 1, 1, 0)
		d.Feed(b)
		p, _, _ := d.Next()
		_, in, _ := ParseRpcRequest(p)
		v, _ := ParseEnvelopeView(in)
		if endpoints[string(v.Name)] != 1 {
			t.Fatal("endpoint not found")
		}
		p, _, _ = d.Next()
		_, _, _ = ParseRpcResponse(p)
		p, _, _ = d.Next()
		_, _ = ParseOneWayMessage(p)
		p, _, _ = d.Next()
		if _, err := ParseChunkFetchSuccess(p); err != nil || d.Buffered() != 0 {
			t.Fatal("not all frames came back")
		}
	})
	if got != 0 {
		t.Errorf("%v allocations", got)
	}
}
