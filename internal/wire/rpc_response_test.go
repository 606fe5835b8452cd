// SPDX-License-Identifier: Apache-2.0

package wire

import "testing"

func TestRpcResponse(t *testing.T) {
	example{
		message: RpcResponse{RequestID: 12345, Body: []byte("ok")},
		frame:   "0000000000000017 04 0000000000003039 00000002 6f6b",
		text:    "RpcResponse[requestId=12345,body=2 bytes]",
	}.check(t)
}
