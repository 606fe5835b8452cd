// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestPushBlockStream(t *testing.T) {
	example{
		message: PushBlockStream{AppID: "app", AppAttemptID: 1, ShuffleID: 2, ShuffleMergeID: 3, MapIndex: 4, ReduceID: 5},
		bytes:   "0c 00000003617070 00000001 00000002 00000003 00000004 00000005 00000000",
		text:    "PushBlockStream[appId=app,attemptId=1,shuffleId=2,shuffleMergeId=3,mapIndex=4,reduceId=5,index=0]",
	}.check(t)
}
