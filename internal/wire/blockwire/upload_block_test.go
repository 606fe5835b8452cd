// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestUploadBlock(t *testing.T) {
	example{
		message: UploadBlock{AppID: "app", ExecID: "e", BlockID: "b", Metadata: []byte{1}, BlockData: []byte{2, 3}},
		bytes:   "01 00000003617070 0000000165 0000000162 0000000101 000000020203",
		text:    "UploadBlock[appId=app,execId=e,blockId=b,metadata size=1,block size=2]",
	}.check(t)
}
