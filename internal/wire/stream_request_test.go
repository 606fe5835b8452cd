// SPDX-License-Identifier: Apache-2.0

package wire

import "testing"

func TestStreamRequest(t *testing.T) {
	example{
		message: StreamRequest{StreamID: "1_0"},
		frame:   "0000000000000010 06 00000003 315f30",
		text:    "StreamRequest[streamId=1_0]",
	}.check(t)
}
