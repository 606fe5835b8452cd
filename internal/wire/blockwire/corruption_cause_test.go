// SPDX-License-Identifier: Apache-2.0

package blockwire

import "testing"

func TestCorruptionCause(t *testing.T) {
	example{
		message: CorruptionCause{Cause: NetworkIssue},
		bytes:   "11 01",
		text:    "CorruptionCause[cause=NETWORK_ISSUE]",
	}.check(t)
}
