// SPDX-License-Identifier: Apache-2.0

package wire

import "testing"

func TestMergedBlockMetaRequest(t *testing.T) {
	example{
		message: MergedBlockMetaRequest{RequestID: 19, AppID: "app1", ShuffleID: 0, ShuffleMergeID: 1, ReduceID: 2},
		frame:   "0000000000000025 0b 0000000000000013 00000004 61707031 00000000 00000001 00000002",
		text:    "MergedBlockMetaRequest[requestId=19,appId=app1,shuffleId=0,shuffleMergeId=1,reduceId=2]",
	}.check(t)
}
