// SPDX-License-Identifier: Apache-2.0

package wire

import "testing"

func TestChunkFetchSuccess(t *testing.T) {
	example{
		message: ChunkFetchSuccess{StreamID: 1, ChunkIndex: 2, Body: []byte{0, 1, 2, 3, 4}},
		frame:   "000000000000001a 01 0000000000000001 00000002 0001020304",
		text:    "ChunkFetchSuccess[streamId=1,chunkIndex=2,body=5 bytes]",
	}.check(t)
}
