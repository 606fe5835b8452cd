// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestFetchShuffleBlockChunks(t *testing.T) {
	example{
		message: FetchShuffleBlockChunks{AppID: "app0", ExecID: "exec1", ReduceIDs: []int32{0}, ChunkIDs: [][]int32{{0, 1}}},
		bytes:   "0f 0000000461707030 000000056578656331 00000000 00000000 00000001 00000000 00000001 00000002 00000000 00000001",
		text:    "FetchShuffleBlockChunks[appId=app0,execId=exec1,shuffleId=0,shuffleMergeId=0,reduceIds=[0],chunkIds=[[0, 1]]]",
	}.check(t)
}
