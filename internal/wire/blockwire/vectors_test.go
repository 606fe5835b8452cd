// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"bytes"
	"encoding/json"
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/twinwire/twinwire/internal/wire"
)

// vector is one entry of shuffle_messages.json, which Spark made.
type vector struct {
	Name   string   `json:"name"`
	Spark  []string `json:"spark"`
	Fields fields   `json:"fields"`
	Hex    string   `json:"hex"`
}

// fields are the fields of every message, by Spark's names.
type fields struct {
	Type                                                     byte
	Decoder                                                  string
	AppID, ExecID, BlockID, ShuffleManager, Algorithm        string
	Metadata, BlockData, Bitmaps, FailureBlockID             string
	BlockIDs, LocalDirs, ExecIDs                             []string
	SubDirsPerLocalDir, NumChunks, NumRemovedBlocks          int32
	AppAttemptID, ShuffleID, ShuffleMergeID, MapIndex, Index int32
	StreamID, HeartbeatTimeoutMs, MapID, Checksum            int64
	MapIDs, Sizes                                            []int64
	ReduceID, ReduceIDs                                      json.RawMessage // a number; a list, of lists in FetchShuffleBlocks
	ChunkIDs                                                 [][]int32
	BatchFetchEnabled                                        bool
	Dirs                                                     map[string][]string
	Cause                                                    Cause
	ReturnCode                                               ReturnCode
}

func readVectors(t testing.TB) []vector {
	t.Helper()
	text, err := os.ReadFile("testdata/shuffle_messages.json")
	if err != nil {
		t.Fatal(err)
	}
	var list []vector
	if err := json.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// TestVectors holds every BlockTransferMessage of Spark against ours, both ways.
func TestVectors(t *testing.T) {
	seen := map[Type]int{}
	for _, v := range readVectors(t) {
		if v.Hex == "" {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			got, err := ParseMessage(unhex(t, v.Hex))
			if err != nil {
				t.Fatal(err)
			}
			seen[got.Type()]++
			want := v.message(t)
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("decoded (-want +got):\n%s", diff)
			}
			if b := want.Append(nil); !bytes.Equal(b, unhex(t, v.Hex)) {
				t.Errorf("encoded %x\nwant    %s", b, v.Hex)
			}
		})
	}
	if len(seen) != 20 {
		t.Errorf("%d types: %v", len(seen), seen)
	}
}

// TestVectorsOfUnknownTypes: 4 and 5 decode as in Spark 3.5; the other types that
// were tried are refused with Spark's text.
func TestVectorsOfUnknownTypes(t *testing.T) {
	checked := 0
	for _, v := range readVectors(t) {
		digits, ok := strings.CutPrefix(v.Name, "decode_type_")
		if !ok {
			continue
		}
		number, _ := strconv.Atoi(digits)
		text, decodes := strings.CutPrefix(v.Fields.Decoder, "decoded as ")
		if (number == 4 || number == 5) && !decodes {
			continue // what 4.x answers
		}
		checked++
		m, err := ParseMessage(append([]byte{byte(number)}, make([]byte, 12)...))
		if decodes {
			if err != nil || m.Type().String() != text {
				t.Errorf("%s: %v, %v", v.Name, m, err)
			}
		} else if wire.JavaText(err) != text {
			t.Errorf("%s: %s", v.Name, wire.JavaText(err))
		}
	}
	if checked != 5 {
		t.Errorf("%d entries", checked)
	}
}
