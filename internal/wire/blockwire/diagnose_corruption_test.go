// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestDiagnoseCorruption(t *testing.T) {
	example{
		message: DiagnoseCorruption{AppID: "app", ExecID: "e", ShuffleID: 1, MapID: 2, ReduceID: 3, Checksum: 4, Algorithm: "ADLER32"},
		bytes:   "10 00000003617070 0000000165 00000001 0000000000000002 00000003 0000000000000004 0000000741444c45523332",
		text:    "DiagnoseCorruption[appId=app,execId=e,shuffleId=1,mapId=2,reduceId=3,checksum=4,algorithm=ADLER32]",
	}.check(t)
}
