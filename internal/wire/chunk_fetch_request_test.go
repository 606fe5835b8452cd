// SPDX-License-Identifier: Apache-2.0

package wire

import "testing"

func TestChunkFetchRequest(t *testing.T) {
	example{
		message: ChunkFetchRequest{StreamID: 1, ChunkIndex: 2},
		frame:   "0000000000000015 00 0000000000000001 00000002",
		text:    "ChunkFetchRequest[streamId=1,chunkIndex=2]",
	}.check(t)
}
