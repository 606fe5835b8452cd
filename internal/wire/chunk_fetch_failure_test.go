// SPDX-License-Identifier: Apache-2.0

package wire

import "testing"

func TestChunkFetchFailure(t *testing.T) {
	example{
		message: ChunkFetchFailure{StreamID: 1, ChunkIndex: 2, Error: "err"},
		frame:   "000000000000001c 02 0000000000000001 00000002 00000003 657272",
		text:    "ChunkFetchFailure[streamId=1,chunkIndex=2,error=err]",
	}.check(t)
}
