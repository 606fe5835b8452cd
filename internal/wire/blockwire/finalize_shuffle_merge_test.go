// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestFinalizeShuffleMerge(t *testing.T) {
	example{
		message: FinalizeShuffleMerge{AppID: "app", AppAttemptID: 1, ShuffleID: 2, ShuffleMergeID: 3},
		bytes:   "0d 00000003617070 00000001 00000002 00000003",
		text:    "FinalizeShuffleMerge[appId=app,attemptId=1,shuffleId=2,shuffleMergeId=3]",
	}.check(t)
}
