// SPDX-License-Identifier: Apache-2.0

package wire_test

import (
	"fmt"

	"github.com/twinwire/twinwire/internal/wire"
)

// An ask travels: one side appends a frame, the other is fed with its bytes.
func Example() {
	body, err := wire.AppendEnvelope(nil, wire.Envelope{
		Receiver: wire.Address{Host: "leases.internal", Port: 7077, Present: true},
		Name:     "lease",
		Content:  []byte("acquire"),
	})
	if err != nil {
		panic(err)
	}
	sent := wire.AppendFrame(nil, wire.RpcRequest{RequestID: 12345, Body: body})

	var d wire.FrameDecoder
	d.Feed(sent[:10]) // in pieces, as a connection delivers
	d.Feed(sent[10:])
	payload, ok, err := d.Next()
	if err != nil || !ok {
		panic("no frame")
	}
	id, body, err := wire.ParseRpcRequest(payload)
	if err != nil {
		panic(err)
	}
	got, err := wire.ParseEnvelope(body)
	fmt.Println(id, got.Name, string(got.Content), err)
	// Output: 12345 lease acquire <nil>
}

// A stream's bytes follow its frame without frames of their own.
func ExampleFrameDecoder_TakeRaw() {
	sent := wire.AppendFrame(nil, wire.StreamResponse{StreamID: "/files/a.txt", ByteCount: 5})
	sent = append(sent, "hello"...)
	sent = wire.AppendFrame(sent, wire.OneWayMessage{Body: []byte("bye")})

	var d wire.FrameDecoder
	d.Feed(sent)
	for {
		payload, ok, _ := d.Next()
		if !ok {
			return
		}
		m, err := wire.ParseMessage(payload)
		fmt.Println(m, err)
		if m, ok := m.(wire.StreamResponse); ok {
			fmt.Printf("raw: %s\n", d.TakeRaw(m.ByteCount))
		}
	}
	// Output:
	// StreamResponse[streamId=/files/a.txt,byteCount=5] <nil>
	// raw: hello
	// OneWayMessage[body=3 bytes] <nil>
}
