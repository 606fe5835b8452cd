// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestBlockPushReturnCode(t *testing.T) {
	example{
		message: BlockPushReturnCode{ReturnCode: BlockAppendCollisionDetected, FailureBlockID: "shufflePush_0_0_1_0"},
		bytes:   "12 02 00000013 73687566666c65507573685f305f305f315f30",
		text:    "BlockPushReturnCode[returnCode=2,failureBlockId=shufflePush_0_0_1_0]",
	}.check(t)
}
