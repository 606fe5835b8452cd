// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// travels sends each message alone through a frame decoder and a parser.
func travels(t *testing.T, messages ...Message) {
	t.Helper()
	for _, want := range messages {
		got, raw := decodeOne(t, AppendFrame(nil, want))
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" || raw != nil {
			t.Errorf("%s: raw %x (-want +got):\n%s", want, raw, diff)
		}
	}
}

func ten() []byte { return []byte("0123456789") }

func TestPRO01Requests(t *testing.T) {
	travels(t,
		ChunkFetchRequest{1, 2},
		RpcRequest{12345, nil},
		RpcRequest{12345, ten()},
		StreamRequest{"abcde"},
		OneWayMessage{ten()},
	)
}

func TestPRO02Responses(t *testing.T) {
	travels(t,
		ChunkFetchSuccess{1, 2, ten()},
		ChunkFetchSuccess{1, 2, nil},
		ChunkFetchFailure{1, 2, "this is an error"},
		ChunkFetchFailure{1, 2, ""},
		RpcResponse{12345, nil},
		RpcResponse{12345, bytes.Repeat([]byte{7}, 100)},
		RpcFailure{0, "this is an error"},
		RpcFailure{0, ""},
		StreamFailure{"anId", "this is an error"},
	)
	// The body of a StreamResponse is not in its frame.
	frame := AppendFrame(nil, StreamResponse{"anId", 12345})
	if got, raw := decodeOne(t, frame); got != (StreamResponse{"anId", 12345}) || raw != nil {
		t.Errorf("%v, raw %x", got, raw)
	}
}
