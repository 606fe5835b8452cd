// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestOpenBlocks(t *testing.T) {
	example{
		message: OpenBlocks{AppID: "app", ExecID: "e", BlockIDs: []string{"b1", "b2"}},
		bytes:   "00 00000003617070 0000000165 00000002 000000026231 000000026232",
		text:    "OpenBlocks[appId=app,execId=e,blockIds=[b1, b2]]",
	}.check(t)
}
