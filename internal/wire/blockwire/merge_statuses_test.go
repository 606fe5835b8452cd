// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"testing"

	"github.com/twinwire/twinwire/internal/wire"
)

func TestMergeStatuses(t *testing.T) {
	example{
		message: MergeStatuses{Bitmaps: []wire.Bitmap{wire.NewBitmap(1, 2, 3)}, ReduceIDs: []int32{3}, Sizes: []int64{30}},
		bytes:   "0e 00000000 00000000 00000001 3a300000010000000000020010000000010002000300 00000001 00000003 00000001 000000000000001e",
		text:    "MergeStatuses[shuffleId=0,shuffleMergeId=0,reduceId size=1]",
	}.check(t)
}
