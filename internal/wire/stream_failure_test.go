// SPDX-License-Identifier: Apache-2.0

package wire

import "testing"

func TestStreamFailure(t *testing.T) {
	example{
		message: StreamFailure{StreamID: "1_0", Error: "e"},
		frame:   "0000000000000015 08 00000003 315f30 00000001 65",
		text:    "StreamFailure[streamId=1_0,error=e]",
	}.check(t)
}
