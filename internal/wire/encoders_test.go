// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"os"
	"path/filepath"
	"testing"
)

func TestENC01RoaringBitmapEncodeDecode(t *testing.T) {
	b := AppendBitmap(nil, NewBitmap(1, 2, 3))
	got, rest, err := ParseBitmap(b)
	if err != nil || len(b) != 22 || len(rest) != 0 || !got.Equal(NewBitmap(1, 2, 3)) {
		t.Errorf("%d bytes, %d left, %v, %v", len(b), len(rest), got, err)
	}
}

func TestENC03BitmapArraysEncodeDecode(t *testing.T) {
	want := []Bitmap{{}, NewBitmap(1, 2, 3), NewBitmap(1, 2, 4), run(7, 8), run(1, 99)}
	r := FieldReader{b: AppendBitmaps(nil, want)}
	got := r.Bitmaps()
	if r.Err() != nil || r.Left() != 0 || len(got) != len(want) {
		t.Fatalf("%d bitmaps, %d bytes left, %v", len(got), r.Left(), r.Err())
	}
	for i := range want {
		if !got[i].Equal(want[i]) {
			t.Errorf("bitmap %d: %v, want %v", i, got[i], want[i])
		}
	}
}

func TestMBM01MergedBlocksMetaEncodeDecode(t *testing.T) {
	meta := filepath.Join(t.TempDir(), "shuffle.meta")
	first, second := NewBitmap(1, 2, 3), NewBitmap(1, 2, 4)
	if err := os.WriteFile(meta, AppendBitmap(AppendBitmap(nil, first), second), 0o600); err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile(meta)
	if err != nil {
		t.Fatal(err)
	}
	frame := append(AppendFrameHeader(nil, MergedBlockMetaSuccess{RequestID: 7, NumChunks: 2}, int64(len(body))), body...)
	m, _ := decodeOne(t, frame)
	got := m.(MergedBlockMetaSuccess)
	list, err := got.Bitmaps()
	if err != nil || got.RequestID != 7 || got.NumChunks != 2 || len(list) != 2 {
		t.Fatalf("%v, %v, %v", got, list, err)
	}
	if !list[0].Equal(first) || !list[1].Equal(second) {
		t.Errorf("bitmaps %v", list)
	}
}
