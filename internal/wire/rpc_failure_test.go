// SPDX-License-Identifier: Apache-2.0

package wire

import "testing"

func TestRpcFailure(t *testing.T) {
	example{
		message: RpcFailure{RequestID: 12345, Error: "no"},
		frame:   "0000000000000017 05 0000000000003039 00000002 6e6f",
		text:    "RpcFailure[requestId=12345,error=no]",
	}.check(t)
}
