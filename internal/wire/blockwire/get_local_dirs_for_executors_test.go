// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestGetLocalDirsForExecutors(t *testing.T) {
	example{
		message: GetLocalDirsForExecutors{AppID: "app", ExecIDs: []string{"e1"}},
		bytes:   "0a 00000003617070 00000001 000000026531",
		text:    "GetLocalDirsForExecutors[appId=app,execIds=[e1]]",
	}.check(t)
}
