// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestRegisterDriver(t *testing.T) {
	example{
		message: RegisterDriver{AppID: "app", HeartbeatTimeoutMs: 60000},
		bytes:   "04 00000003617070 000000000000ea60",
		text:    "RegisterDriver[appId=app,heartbeatTimeoutMs=60000]",
	}.check(t)
}
