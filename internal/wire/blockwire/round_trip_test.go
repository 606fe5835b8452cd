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
	for of := range Type(20) {
		rapid.Check(t, func(t *rapid.T) {
			want := draw{t}.message(of)
			got, err := ParseMessage(want.Append(nil))
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); err != nil || diff != "" {
				t.Fatalf("%v (-want +got):\n%s", err, diff)
			}
			if got.Type() != of || got.String() != want.String() {
				t.Fatalf("%s and %s", got, want)
			}
		})
	}
}
