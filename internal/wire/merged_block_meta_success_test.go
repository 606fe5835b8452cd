// SPDX-License-Identifier: Apache-2.0

package wire

import (
	"errors"
	"testing"
)

func TestMergedBlockMetaSuccess(t *testing.T) {
	example{
		message: MergedBlockMetaSuccess{RequestID: 19, NumChunks: 1, Body: AppendBitmap(nil, NewBitmap(1, 2, 3))},
		frame:   "000000000000002b 0c 0000000000000013 00000001 3a300000010000000000020010000000010002000300",
		text:    "MergedBlockMetaSuccess[requestId=19,numChunks=1,body=22 bytes]",
	}.check(t)
}

// TestMergedBlockMetaBitmaps: the body holds exactly as many bitmaps as announced.
func TestMergedBlockMetaBitmaps(t *testing.T) {
	body := AppendBitmap(AppendBitmap(nil, NewBitmap(1)), NewBitmap(2, 3))
	list, err := MergedBlockMetaSuccess{NumChunks: 2, Body: body}.Bitmaps()
	if err != nil || len(list) != 2 || !list[0].Equal(NewBitmap(1)) || !list[1].Equal(NewBitmap(2, 3)) {
		t.Errorf("%v, %v", list, err)
	}
	for _, announced := range []int32{1, 3, -1} {
		_, err := MergedBlockMetaSuccess{NumChunks: announced, Body: body}.Bitmaps()
		if wrong, ok := errors.AsType[*ChunkCountError](err); !ok || wrong.Found != 2 {
			t.Errorf("%d announced: %v", announced, err)
		}
	}
	if _, err := (MergedBlockMetaSuccess{NumChunks: 2, Body: body[:len(body)-1]}).Bitmaps(); !errors.Is(err, ErrShort) {
		t.Error(err)
	}
}
