// SPDX-License-Identifier: Apache-2.0

package wire

import "testing"

func TestUploadStream(t *testing.T) {
	example{
		message: UploadStream{RequestID: 7, Meta: []byte("m"), BodyByteCount: 4},
		frame:   "000000000000001e 0a 0000000000000007 00000001 6d 0000000000000004",
		text:    "UploadStream[requestId=7,meta=1 bytes,bodyByteCount=4]",
	}.check(t)
}
