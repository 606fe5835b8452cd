// SPDX-License-Identifier: Apache-2.0

package blockwire

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// TestMessagesSurviveTheWire: what any message writes, reads as that message,
// and writes the same again.
func TestMessagesSurviveTheWire(t *testing.T) {
	seen := map[Type]bool{}
	rapid.Check(t, func(t *rapid.T) {
		want := anyMessage().Draw(t, "message")
		seen[want.Type()] = true
		got, err := ParseMessage(want.Append(nil))
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
			t.Fatalf("%v (-want +got):\n%s", err, diff)
		}
		if got.String() != want.String() {
			t.Fatalf("%s and %s", got, want)
		}
	})
	if len(seen) != 20 {
		t.Errorf("only %d types were drawn", len(seen))
	}
}
