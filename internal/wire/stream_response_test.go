// SPDX-License-Identifier: Apache-2.0

package wire

import "testing"

func TestStreamResponse(t *testing.T) {
	example{
		message: StreamResponse{StreamID: "1_0", ByteCount: 4},
		frame:   "0000000000000018 07 00000003 315f30 0000000000000004",
		text:    "StreamResponse[streamId=1_0,byteCount=4]",
	}.check(t)
}
