// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"encoding/binary"
	"testing"
	"testing/iotest"
)

// words is a body of n eight-byte words, 0 to n-1.
func words(n int) []byte {
	var b []byte
	for i := range n {
		b = binary.BigEndian.AppendUint64(b, uint64(i))
	}
	return b
}

func TestMWH01SingleWrite(t *testing.T) {
	body := words(8)
	var out bytes.Buffer
	out.Write(AppendFrameHeader(nil, RpcResponse{RequestID: 42}, int64(len(body))))
	out.Write(body)
	m, _ := decodeOne(t, out.Bytes())
	if got := m.(RpcResponse); got.RequestID != 42 || !bytes.Equal(got.Body, body) {
		t.Errorf("%v, body %x", got, got.Body)
	}
}

// TestMWH02ShortWrite: a message whose body moves a word at a time arrives
// whole, in no fewer steps than there are words.
func TestMWH02ShortWrite(t *testing.T) {
	body := words(8)
	stream := append(AppendFrameHeader(nil, RpcResponse{RequestID: 42}, int64(len(body))), body...)
	in := iotest.OneByteReader(bytes.NewReader(stream))
	var d FrameDecoder
	for steps := 0; ; {
		payload, ok, err := d.Next()
		if err != nil {
			t.Fatal(err)
		}
		if ok {
			_, got, err := ParseRpcResponse(payload)
			if err != nil || !bytes.Equal(got, body) || steps < 8 {
				t.Fatalf("body %x after %d steps, %v", got, steps, err)
			}
			return
		}
		for range 8 {
			n, _ := in.Read(d.Buffer(1)) // at the end it is 0
			d.Filled(n)
		}
		steps++
	}
}

// TestMWH03InMemoryBody: a body in memory is not copied by the header's maker,
// and nothing of the message holds on to it.
func TestMWH03InMemoryBody(t *testing.T) {
	body := words(8)
	m := RpcResponse{RequestID: 42, Body: body}
	if got := m.inFrame(); &got[0] != &body[0] {
		t.Error("the message copied its body")
	}
	frame := AppendFrame(nil, m)
	for i := range body {
		body[i] = 0xff // its owner takes it back
	}
	got, _ := decodeOne(t, frame)
	if !bytes.Equal(got.(RpcResponse).Body, words(8)) {
		t.Errorf("body %x", got.(RpcResponse).Body)
	}
}
