// SPDX-License-Identifier: Apache-2.0

package wire

import "testing"

func TestRpcRequest(t *testing.T) {
	example{
		message: RpcRequest{RequestID: 12345, Body: []byte("hi")},
		frame:   "0000000000000017 03 0000000000003039 00000002 6869",
		text:    "RpcRequest[requestId=12345,body=2 bytes]",
	}.check(t)
	example{
		message: RpcRequest{RequestID: 12345},
		frame:   "0000000000000015 03 0000000000003039 00000000",
		text:    "RpcRequest[requestId=12345,body=0 bytes]",
	}.check(t)
}
