// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// TestFrameVectors holds every frame of Spark's encoder against ours: the
// bytes decode to the listed fields, and the fields encode to the bytes.
func TestFrameVectors(t *testing.T) {
	seen := map[MessageType]int{}
	for _, v := range readVectors(t, "frames.json") {
		if v.Family != "frames" {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			m, raw := decodeOne(t, unhex(t, v.Hex))
			seen[m.Type()]++
			if !bytes.Equal(raw, v.bytes(t, "raw")) {
				t.Errorf("raw bytes %x, want %s", raw, v.text("raw"))
			}
			if v.Name == "rpc_failure_lone_surrogate" { // Java wrote ? for what UTF-8 cannot hold
				if got := m.(RpcFailure).Error; got != "a?b" {
					t.Errorf("error text %q", got)
				}
				return
			}
			want := vectorMessage(t, v, m)
			if diff := cmp.Diff(want, m, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("decoded (-want +got):\n%s", diff)
			}
			if got := append(AppendFrame(nil, want), raw...); !bytes.Equal(got, unhex(t, v.Hex)) {
				t.Errorf("encoded %x\nwant    %s", got, v.Hex)
			}
		})
	}
	if len(seen) != 13 {
		t.Errorf("frames of %d types, want 13: %v", len(seen), seen)
	}
}

// decodeOne decodes the one frame in b and what follows it raw.
func decodeOne(t testing.TB, b []byte) (m Message, raw []byte) {
	t.Helper()
	var d FrameDecoder
	d.Feed(b)
	payload, ok, err := d.Next()
	if err != nil || !ok {
		t.Fatalf("frame: %t, %v", ok, err)
	}
	m, err = ParseMessage(payload)
	if err != nil {
		t.Fatal(err)
	}
	raw = d.TakeRaw(rawCount(m))
	if d.Buffered() != 0 {
		t.Fatalf("%d bytes left over", d.Buffered())
	}
	return m, raw
}

// rawCount is how many raw bytes follow the frame of m.
func rawCount(m Message) int64 {
	switch m := m.(type) {
	case StreamResponse:
		return m.ByteCount
	case UploadStream:
		return m.BodyByteCount
	}
	return 0
}

// vectorMessage makes the message out of the listed fields. Failures while
// encoding list what was asked, not what came out: their text is known.
func vectorMessage(t *testing.T, v vector, got Message) Message {
	t.Helper()
	if strings.HasPrefix(v.Name, "broken_") {
		why := "disk gone"
		if strings.HasSuffix(v.Name, "_no_message") {
			why = "null"
		}
		if got.Type() == TypeChunkFetchFailure {
			return ChunkFetchFailure{StreamID: 1, ChunkIndex: 2, Error: why}
		}
		return RpcFailure{RequestID: got.(RpcFailure).RequestID, Error: why}
	}
	num := func(key string) int64 { return v.number(t, key) }
	switch MessageType(num("type")) {
	case TypeChunkFetchRequest:
		return ChunkFetchRequest{num("streamId"), int32(num("chunkIndex"))}
	case TypeChunkFetchSuccess:
		return ChunkFetchSuccess{num("streamId"), int32(num("chunkIndex")), v.bytes(t, "body")}
	case TypeChunkFetchFailure:
		return ChunkFetchFailure{num("streamId"), int32(num("chunkIndex")), v.text("error")}
	case TypeRpcRequest:
		return RpcRequest{num("requestId"), v.bytes(t, "body")}
	case TypeRpcResponse:
		return RpcResponse{num("requestId"), v.bytes(t, "body")}
	case TypeRpcFailure:
		return RpcFailure{num("requestId"), v.text("error")}
	case TypeOneWayMessage:
		return OneWayMessage{v.bytes(t, "body")}
	}
	return vectorStreamMessage(t, v, num)
}

func vectorStreamMessage(t *testing.T, v vector, num func(string) int64) Message {
	t.Helper()
	switch MessageType(num("type")) {
	case TypeStreamRequest:
		return StreamRequest{v.text("streamId")}
	case TypeStreamResponse:
		return StreamResponse{v.text("streamId"), num("byteCount")}
	case TypeStreamFailure:
		return StreamFailure{v.text("streamId"), v.text("error")}
	case TypeUploadStream:
		return UploadStream{num("requestId"), v.bytes(t, "meta"), num("bodyByteCount")}
	case TypeMergedBlockMetaRequest:
		return MergedBlockMetaRequest{num("requestId"), v.text("appId"),
			int32(num("shuffleId")), int32(num("shuffleMergeId")), int32(num("reduceId"))}
	case TypeMergedBlockMetaSuccess:
		var body []byte
		for _, b := range vectorBitmaps(t, v.text("bitmaps")) {
			body = AppendBitmap(body, b)
		}
		return MergedBlockMetaSuccess{num("requestId"), int32(num("numChunks")), body}
	}
	t.Fatalf("%s: unknown type", v.Name)
	return nil
}

// vectorBitmaps reads the notation of the vectors: "{1,2,3}, {0..999} as a run, {}".
func vectorBitmaps(t *testing.T, text string) []Bitmap {
	t.Helper()
	known := map[string]Bitmap{"{1,2,3}": NewBitmap(1, 2, 3), "{0..999} as a run": run(0, 999), "{}": {}}
	var list []Bitmap
	for name := range strings.SplitSeq(text, ", ") {
		b, ok := known[name]
		if !ok && name != "" {
			t.Fatalf("unknown bitmap %q", name)
		}
		if ok {
			list = append(list, b)
		}
	}
	return list
}

func run(first, last uint32) Bitmap {
	var b Bitmap
	b.AddRange(first, last)
	return b
}
