// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestShuffleServiceHeartbeat(t *testing.T) {
	example{
		message: ShuffleServiceHeartbeat{AppID: "app"},
		bytes:   "05 00000003617070",
		text:    "ShuffleServiceHeartbeat[appId=app]",
	}.check(t)
}
