// SPDX-License-Identifier: Apache-2.0

package wire

import "pgregory.net/rapid"

func anyBytes() *rapid.Generator[[]byte] { return rapid.SliceOfN(rapid.Byte(), 0, 64) }

func anyText() *rapid.Generator[string] {
	return rapid.OneOf(rapid.StringN(0, 20, -1), rapid.SampledFrom([]string{"", "a\x00b", "héllo €", "😀", "/files/名前.txt"}))
}

func anyCount() *rapid.Generator[int64] { return rapid.Int64Min(0) }

func anyBitmap() *rapid.Generator[Bitmap] {
	return rapid.Custom(func(t *rapid.T) Bitmap {
		b := NewBitmap(rapid.SliceOfN(rapid.Uint32(), 0, 20).Draw(t, "values")...)
		for range rapid.IntRange(0, 3).Draw(t, "runs") {
			first := rapid.Uint32().Draw(t, "first")
			b.AddRange(first, first|rapid.Uint32Max(1<<17-1).Draw(t, "length"))
		}
		for range rapid.IntRange(0, 1).Draw(t, "bitsets") {
			base := rapid.Uint32Max(3).Draw(t, "container") << 16
			for v := range uint32(5000) {
				b.Add(base + 3*v)
			}
		}
		return b
	})
}

// anyMessage draws a message of any of the thirteen types.
func anyMessage() *rapid.Generator[Message] {
	return rapid.Custom(func(t *rapid.T) Message {
		id := rapid.Int64().Draw(t, "id")
		i32 := func(name string) int32 { return rapid.Int32().Draw(t, name) }
		text := func(name string) string { return anyText().Draw(t, name) }
		body := anyBytes().Draw(t, "body")
		switch MessageType(rapid.IntRange(0, 12).Draw(t, "type")) {
		case TypeChunkFetchRequest:
			return ChunkFetchRequest{id, i32("chunk")}
		case TypeChunkFetchSuccess:
			return ChunkFetchSuccess{id, i32("chunk"), body}
		case TypeChunkFetchFailure:
			return ChunkFetchFailure{id, i32("chunk"), text("error")}
		case TypeRpcRequest:
			return RpcRequest{id, body}
		case TypeRpcResponse:
			return RpcResponse{id, body}
		case TypeRpcFailure:
			return RpcFailure{id, text("error")}
		case TypeStreamRequest:
			return StreamRequest{text("stream")}
		case TypeStreamResponse:
			return StreamResponse{text("stream"), anyCount().Draw(t, "count")}
		case TypeStreamFailure:
			return StreamFailure{text("stream"), text("error")}
		case TypeOneWayMessage:
			return OneWayMessage{body}
		case TypeUploadStream:
			return UploadStream{id, body, anyCount().Draw(t, "count")}
		case TypeMergedBlockMetaRequest:
			return MergedBlockMetaRequest{id, text("app"), i32("shuffle"), i32("merge"), i32("reduce")}
		}
		return MergedBlockMetaSuccess{id, i32("chunks"), body}
	})
}

func anyAddress() *rapid.Generator[Address] {
	return rapid.Custom(func(t *rapid.T) Address {
		if !rapid.Bool().Draw(t, "present") {
			return Address{}
		}
		return Address{Host: anyText().Draw(t, "host"), Port: rapid.Int32().Draw(t, "port"), Present: true}
	})
}

func anyEnvelope() *rapid.Generator[Envelope] {
	return rapid.Custom(func(t *rapid.T) Envelope {
		return Envelope{
			Sender:   anyAddress().Draw(t, "sender"),
			Receiver: anyAddress().Draw(t, "receiver"),
			Name:     anyText().Draw(t, "name"),
			Content:  anyBytes().Draw(t, "content"),
		}
	})
}
