// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestFetchShuffleBlocks(t *testing.T) {
	example{
		message: FetchShuffleBlocks{AppID: "app0", ExecID: "exec1", MapIDs: []int64{0}, ReduceIDs: [][]int32{{0, 1}}},
		bytes:   "09 0000000461707030 000000056578656331 00000000 00000001 0000000000000000 00000001 00000002 00000000 00000001 00",
		text:    "FetchShuffleBlocks[appId=app0,execId=exec1,shuffleId=0,mapIds=[0],reduceIds=[[0, 1]],batchFetchEnabled=false]",
	}.check(t)
}
