// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestLocalDirsForExecutors(t *testing.T) {
	example{
		message: LocalDirsForExecutors{ExecIDs: []string{"e1"}, NumLocalDirsByExec: []int32{2}, AllLocalDirs: []string{"/a", "/b"}},
		bytes:   "0b 00000001 000000026531 00000001 00000002 00000002 000000022f61 000000022f62",
		text:    "LocalDirsForExecutors[execIds=[e1],numLocalDirsByExec=[2],allLocalDirs=[/a, /b]]",
	}.check(t)
}
