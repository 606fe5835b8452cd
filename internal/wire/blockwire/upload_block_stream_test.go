// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestUploadBlockStream(t *testing.T) {
	example{
		message: UploadBlockStream{BlockID: "rdd_1_2", Metadata: []byte{0xaa}},
		bytes:   "06 000000077264645f315f32 00000001aa",
		text:    "UploadBlockStream[blockId=rdd_1_2,metadata size=1]",
	}.check(t)
}
