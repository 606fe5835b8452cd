// SPDX-License-Identifier: Apache-2.0

package wire

import "testing"

func TestOneWayMessage(t *testing.T) {
	example{
		message: OneWayMessage{Body: []byte("hi")},
		frame:   "000000000000000f 09 00000002 6869",
		text:    "OneWayMessage[body=2 bytes]",
	}.check(t)
}
