// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestRegisterExecutor(t *testing.T) {
	example{
		message: RegisterExecutor{AppID: "app", ExecID: "e", LocalDirs: []string{"/a"}, SubDirsPerLocalDir: 64, ShuffleManager: "sort"},
		bytes:   "02 00000003617070 0000000165 00000001 000000022f61 00000040 00000004736f7274",
		text:    "RegisterExecutor[appId=app,execId=e,executorInfo=ExecutorShuffleInfo[localDirs=[/a],subDirsPerLocalDir=64,shuffleManager=sort]]",
	}.check(t)
}
