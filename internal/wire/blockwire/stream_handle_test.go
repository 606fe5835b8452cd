// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestStreamHandle(t *testing.T) {
	example{
		message: StreamHandle{StreamID: 12345, NumChunks: 16},
		bytes:   "03 0000000000003039 00000010",
		text:    "StreamHandle[streamId=12345,numChunks=16]",
	}.check(t)
}
