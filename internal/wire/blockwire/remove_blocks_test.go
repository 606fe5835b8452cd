// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestRemoveBlocks(t *testing.T) {
	example{
		message: RemoveBlocks{AppID: "app", ExecID: "e", BlockIDs: []string{"rdd_1_2"}},
		bytes:   "07 00000003617070 0000000165 00000001 000000077264645f315f32",
		text:    "RemoveBlocks[appId=app,execId=e,blockIds=[rdd_1_2]]",
	}.check(t)
}
