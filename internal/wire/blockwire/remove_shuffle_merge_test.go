// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestRemoveShuffleMerge(t *testing.T) {
	example{
		message: RemoveShuffleMerge{AppID: "app", AppAttemptID: 1, ShuffleID: 2, ShuffleMergeID: -1},
		bytes:   "13 00000003617070 00000001 00000002 ffffffff",
		text:    "RemoveShuffleMerge[appId=app,attemptId=1,shuffleId=2,shuffleMergeId=-1]",
	}.check(t)
}
