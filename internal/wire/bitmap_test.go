// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"bytes"
	"errors"
	"strings"
	"testing"
)

// TestBitmapVectors: what Spark's encoder wrote decodes, and encodes to the
// same bytes; what plain serialize wrote decodes to the same set.
func TestBitmapVectors(t *testing.T) {
	sets := map[string]Bitmap{}
	for _, v := range readVectors(t, "frames.json") {
		if v.Family != "bitmaps" {
			continue
		}
		t.Run(v.Name, func(t *testing.T) {
			b := unhex(t, v.Hex)
			set, rest, err := ParseBitmap(append(bytes.Clone(b), 0xaa))
			if err != nil || !bytes.Equal(rest, []byte{0xaa}) {
				t.Fatalf("rest %x, %v", rest, err)
			}
			if want := v.number(t, "cardinality"); int64(set.Len()) != want {
				t.Errorf("%d values, want %d", set.Len(), want)
			}
			optimised, plain := strings.CutSuffix(v.Name, "_unoptimised")
			if plain {
				if !set.Equal(sets[optimised]) {
					t.Errorf("%s is not %s", set, sets[optimised])
				}
				return
			}
			sets[v.Name] = set
			if got := AppendBitmap(nil, set); !bytes.Equal(got, b) {
				t.Errorf("encoded %x\nwant    %x", got, b)
			}
			for n := range b {
				if _, _, err := ParseBitmap(b[:n]); !errors.Is(err, ErrShort) {
					t.Fatalf("cut after %d bytes: %v", n, err)
				}
			}
		})
	}
	if len(sets) < 8 {
		t.Errorf("only %d bitmaps", len(sets))
	}
}

func TestBitmapRefusesMalformedBytes(t *testing.T) {
	for name, text := range map[string]string{
		"cookie":                 "3c300000 00000000",
		"containers":             "3a300000 01000100",
		"keys descending":        "3a300000 02000000 01000000 00000000 18000000 1a000000 0100 0100",
		"keys equal":             "3a300000 02000000 01000000 01000000 18000000 1a000000 0100 0100",
		"values descending":      "3a300000 01000000 00000100 10000000 0200 0100",
		"values equal":           "3a300000 01000000 00000100 10000000 0100 0100",
		"no runs":                "3b300000 01 00000000 0000",
		"runs overlap":           "3b300000 01 00000900 0200 0000 0500 0300 0100",
		"runs touch":             "3b300000 01 00000900 0200 0000 0500 0600 0100",
		"run leaves container":   "3b300000 01 00000900 0100 ffff 0100",
		"bitset of other number": "3a300000 01000000 00000010 10000000" + strings.Repeat("00", 8192),
	} {
		var want *BitmapError
		if _, _, err := ParseBitmap(unhex(t, text)); !errors.As(err, &want) || errors.Is(err, ErrShort) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBitmapMembers(t *testing.T) {
	var b Bitmap
	if b.Len() != 0 || b.Contains(0) || len(b.Values()) != 0 || !b.Equal(NewBitmap()) || b.String() != "{}" {
		t.Fatalf("the zero value is not the empty set: %v", b)
	}
	b.Add(70000)
	b.AddRange(1<<32-2, 1<<32-1)
	if b.Len() != 3 || !b.Contains(70000) || !b.Contains(1<<32-1) || b.Contains(1) {
		t.Fatalf("members: %v", b.Values())
	}
	if b.Equal(NewBitmap(70000)) {
		t.Fatal("equal to another set")
	}
}

// TestBitmapIsWrittenWithRuns: however a set was filled, it is written as Spark
// writes it, and writing does not change it.
func TestBitmapIsWrittenWithRuns(t *testing.T) {
	var b Bitmap
	for v := range uint32(1000) {
		b.Add(v)
	}
	want := unhex(t, "3b300000 01 0000e703 0100 0000 e703")
	for range 2 {
		if got := AppendBitmap(nil, b); !bytes.Equal(got, want) {
			t.Fatalf("%x, want %x", got, want)
		}
	}
}
