// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestBlocksRemoved(t *testing.T) {
	example{
		message: BlocksRemoved{NumRemovedBlocks: 1},
		bytes:   "08 00000001",
		text:    "BlocksRemoved[numRemovedBlocks=1]",
	}.check(t)
}
